import type { Exposure, OrderRecord } from '../contracts.js';
import type { SqliteDatabase } from './database.js';
import { storeErrors } from './errors.js';

/** Order ids rise with time. */
const keptOrders = 10_000;

interface OrderRow {
  readonly order_id: string;
  readonly state: OrderRecord['state'];
  readonly person_id: string | null;
  readonly amount_minor: number;
  readonly currency: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface PaidMeal {
  readonly orderId: string;
  readonly eventId: string;
  readonly personId: string;
  readonly amount_minor: number;
  /** Calendar day at the till, `2026-09-01`. */
  readonly day: string;
  readonly mode: 'online' | 'offline';
  readonly paidAt_ms: number;
}

/** Orders and what was served for them. Callers hold the transaction where several writes belong together. */
export function createOrders(db: SqliteDatabase) {
  const put = db.prepare(`
    insert into orders (order_id, state, person_id, amount_minor, currency, created_at, updated_at)
    values (@orderId, @state, @personId, @amount_minor, @currency, @createdAt, @updatedAt)
    on conflict (order_id) do update set
      state = excluded.state, person_id = excluded.person_id, updated_at = excluded.updated_at
    where orders.state not in ('confirmed', 'cancelled', 'declined')`);
  const get = db.prepare<[string], OrderRow>('select * from orders where order_id = ?');
  const unfinished = db.prepare<[], OrderRow>(
    "select * from orders where state in ('open', 'holding', 'held') order by order_id limit 1000",
  );
  const insertMeal = db.prepare(`
    insert into meals (order_id, event_id, person_id, amount_minor, day, mode, paid_at_ms)
    values (@orderId, @eventId, @personId, @amount_minor, @day, @mode, @paidAt_ms)`);
  const acknowledge = db.prepare('update meals set acknowledged = 1 where event_id = ?');
  const total = db.prepare<[], { total: number | null }>(
    "select sum(amount_minor) as total from meals where acknowledged = 0 and mode = 'offline'",
  );
  const personDay = db.prepare<[string, string], { total: number | null }>(
    'select sum(amount_minor) as total from meals where person_id = ? and day = ?',
  );
  const lastPaid = db.prepare<[string], { at: number | null }>(
    'select max(paid_at_ms) as at from meals where person_id = ?',
  );
  const forgetMeal = db.prepare('delete from meals where event_id = ? and acknowledged = 1');
  const forgetOrders = db.prepare(`
    delete from orders where state in ('confirmed', 'cancelled', 'declined')
      and order_id < (select order_id from orders order by order_id desc limit 1 offset ?)`);
  const order = (orderId: string): OrderRecord | undefined => {
    const row = get.get(orderId);
    return row && toOrder(row);
  };
  return {
    put(record: OrderRecord): void {
      put.run({ ...record, personId: record.personId ?? null });
    },
    order,
    unfinished: (): OrderRecord[] => unfinished.all().map(toOrder),
    /** An order is confirmed once; anything but an open or held one is refused. */
    confirm(meal: PaidMeal, at: string): void {
      const record = order(meal.orderId);
      if (!record) throw storeErrors.order_unknown({ orderId: meal.orderId });
      if (!['open', 'holding', 'held'].includes(record.state) || record.amount_minor !== meal.amount_minor) {
        throw storeErrors.order_not_confirmable({ orderId: meal.orderId, state: record.state });
      }
      put.run({ ...record, personId: meal.personId, state: 'confirmed', updatedAt: at });
      insertMeal.run(meal);
    },
    acknowledge(eventId: string): void {
      acknowledge.run(eventId);
    },
    /** Forgets acknowledged meals of these events, and finished orders but for the newest. */
    prune(eventIds: readonly string[]): void {
      for (const eventId of eventIds) forgetMeal.run(eventId);
      forgetOrders.run(keptOrders);
    },
    exposure(): Exposure {
      return {
        tillTotal_minor: total.get()?.total ?? 0,
        personToday_minor: (personId, day) => personDay.get(personId, day)?.total ?? 0,
        lastPaidAt_ms: personId => lastPaid.get(personId)?.at ?? undefined,
      };
    },
  };
}

function toOrder(row: OrderRow): OrderRecord {
  return {
    orderId: row.order_id,
    state: row.state,
    ...(row.person_id === null ? {} : { personId: row.person_id }),
    amount_minor: row.amount_minor,
    currency: row.currency,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
