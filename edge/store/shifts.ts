import type { ShiftClosedEvent } from '../../protocol/index.js';
import type { ServedMeal, ShiftSummary } from '../contracts.js';
import type { SqliteDatabase } from './database.js';
import { storeErrors } from './errors.js';

/** Newest meals kept for refunds; those of an open shift stay whatever their number. */
const keptMeals = 2_000;
/** A shift's event names its meals one by one up to this many; beyond it only the sums. */
const mostListed = 2_000;

interface ShiftRow {
  readonly shift_id: string;
  readonly cashier: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
}
interface ServedRow {
  readonly order_id: string;
  readonly person_id: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly mode: 'online' | 'offline';
  readonly paid_at: string;
  readonly refunded_at: string | null;
}
interface Count {
  readonly count: number;
  readonly sum_minor: number;
}

/** The cashier's book: shifts, what was served in them, and what was given back. Callers hold the transaction. */
export function createShifts(db: SqliteDatabase) {
  const openShift = db.prepare<[], ShiftRow>('select * from shifts where closed_at is null');
  const insert = db.prepare('insert into shifts (shift_id, cashier, opened_at) values (?, ?, ?)');
  const close = db.prepare('update shifts set closed_at = ? where shift_id = ?');
  const serve = db.prepare(`
    insert into served (order_id, shift_id, person_id, amount_minor, currency, mode, paid_at)
    values (@orderId, (select shift_id from shifts where closed_at is null), @personId, @amount_minor, @currency, @mode, @paidAt)`);
  const meal = db.prepare<[string], ServedRow>('select * from served where order_id = ?');
  const recent = db.prepare<[string, number], ServedRow>(
    'select * from served where paid_at >= ? order by paid_at desc, order_id desc limit ?',
  );
  const refund = db.prepare(`
    update served set refunded_at = ?, refund_shift_id = (select shift_id from shifts where closed_at is null)
    where order_id = ? and refunded_at is null`);
  const counts = (condition: string) =>
    db.prepare<[string], Count>(
      `select count(*) as count, coalesce(sum(amount_minor), 0) as sum_minor from served where ${condition}`,
    );
  const meals = counts('shift_id = ?');
  const offline = counts("shift_id = ? and mode = 'offline'");
  const refunds = counts('refund_shift_id = ?');
  const orders = db.prepare<[string, number], { orderId: string; amount_minor: number }>(
    'select order_id as orderId, amount_minor from served where shift_id = ? order by order_id limit ?',
  );
  const prune = db.prepare(`
    delete from served
    where (shift_id is null or shift_id not in (select shift_id from shifts where closed_at is null))
      and (refund_shift_id is null or refund_shift_id not in (select shift_id from shifts where closed_at is null))
      and order_id < (select order_id from served order by order_id desc limit 1 offset ?)`);
  const pruneShifts = db.prepare(`
    delete from shifts where closed_at is not null
      and shift_id not in (select shift_id from shifts order by opened_at desc limit 200)`);

  const summaryOf = (row: ShiftRow): ShiftSummary => ({
    shiftId: row.shift_id,
    cashier: row.cashier,
    openedAt: row.opened_at,
    meals: meals.get(row.shift_id) ?? { count: 0, sum_minor: 0 },
    offline: offline.get(row.shift_id) ?? { count: 0, sum_minor: 0 },
    refunds: refunds.get(row.shift_id) ?? { count: 0, sum_minor: 0 },
  });
  const current = (): ShiftSummary | undefined => {
    const row = openShift.get();
    return row && summaryOf(row);
  };
  return {
    current,
    open(shiftId: string, cashier: string, openedAt: string): void {
      const row = openShift.get();
      if (row) throw storeErrors.shift_open({ cashier: row.cashier });
      insert.run(shiftId, cashier, openedAt);
    },
    /** Closes the open shift, and gives what the till tells central of it. */
    close(tillId: string, currency: string, closedAt: string): ShiftClosedEvent {
      const shift = current();
      if (!shift) throw storeErrors.no_shift();
      close.run(closedAt, shift.shiftId);
      const listed = orders.all(shift.shiftId, mostListed + 1);
      prune.run(keptMeals);
      pruneShifts.run();
      const { meals, offline, refunds } = shift;
      return {
        ...{ kind: 'shift-closed', shiftId: shift.shiftId, tillId, cashier: shift.cashier },
        ...{ openedAt: shift.openedAt, closedAt, currency, meals, offline, refunds },
        ...(listed.length <= mostListed && { orders: listed }),
      };
    },
    serve(served: Omit<ServedMeal, 'refundedAt'>): void {
      serve.run(served);
    },
    served: (orderId: string): ServedMeal | undefined => {
      const row = meal.get(orderId);
      return row && toServed(row);
    },
    /** Newest first. */
    recent: (since: string, limit: number): ServedMeal[] => recent.all(since, limit).map(toServed),
    /** A meal is given back once, whole. */
    refund(orderId: string, at: string): ServedMeal {
      const row = meal.get(orderId);
      if (!row) throw storeErrors.meal_unknown({ orderId });
      if (refund.run(at, orderId).changes === 0) throw storeErrors.already_refunded({ orderId });
      return { ...toServed(row), refundedAt: at };
    },
  };
}

function toServed(row: ServedRow): ServedMeal {
  return {
    orderId: row.order_id,
    personId: row.person_id,
    amount_minor: row.amount_minor,
    currency: row.currency,
    mode: row.mode,
    paidAt: row.paid_at,
    ...(row.refunded_at !== null && { refundedAt: row.refunded_at }),
  };
}
