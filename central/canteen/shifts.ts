import { sql } from 'kysely';
import type { ShiftClosedEvent } from '../../protocol/index.js';
import type { Shift, ShiftDetail, ShiftDifference, ShiftsQuery } from '../../protocol/staff/index.js';
import type { Db, Trx } from '../db/index.js';
import type { ShiftToKeep } from '../devices/contracts.js';
import { decodeCursor, toPage } from '../http/index.js';
import { present } from '../people/index.js';
import { canteenErrors } from './errors.js';
import type { ShiftReportRow } from './tables.js';

type Totals = Shift['reported'];
type ReportedOrder = NonNullable<ShiftClosedEvent['orders']>[number];

/** Keeps a till's own totals. The same shift again is nothing new. Errors: `wrong_till`, `shift_conflict`. */
export async function keepShift(
  trx: Trx,
  { deviceId, placeId, body, receivedAt }: ShiftToKeep,
): Promise<void> {
  if (body.tillId !== placeId) throw canteenErrors.wrong_till();
  const till = await trx.selectFrom('till').selectAll().where('id', '=', placeId).executeTakeFirst();
  if (!till) throw canteenErrors.wrong_till();
  const { meals, offline, refunds, orders } = body;
  const row: ShiftReportRow = {
    id: body.shiftId,
    till_id: till.id,
    device_id: deviceId,
    canteen: till.canteen,
    stall: till.stall,
    cashier: body.cashier,
    opened_at: new Date(body.openedAt).toISOString(),
    closed_at: new Date(body.closedAt).toISOString(),
    received_at: receivedAt.toISOString(),
    currency: body.currency,
    reported: JSON.stringify({ meals, offline, refunds }),
    orders: orders ? JSON.stringify(orders) : null,
  };
  const known = await trx.selectFrom('shift_report').selectAll().where('id', '=', row.id).executeTakeFirst();
  if (!known) {
    await trx.insertInto('shift_report').values(row).execute();
    return;
  }
  if (known.till_id !== row.till_id || known.reported !== row.reported || known.orders !== row.orders)
    throw canteenErrors.shift_conflict();
}

/** Newest first. Errors: `bad_cursor`. */
export async function listShifts(
  db: Db,
  { canteen, tillId, cursor, limit }: ShiftsQuery,
): Promise<{ items: Shift[]; nextCursor?: string }> {
  let query = selectShifts(db)
    .orderBy('shift_report.received_at', 'desc')
    .orderBy('shift_report.id', 'desc')
    .limit(limit + 1);
  if (canteen !== undefined) query = query.where('shift_report.canteen', '=', canteen);
  if (tillId !== undefined) query = query.where('shift_report.till_id', '=', tillId);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor);
    query = query.where(eb =>
      eb.or([
        eb('shift_report.received_at', '<', at),
        eb.and([eb('shift_report.received_at', '=', at), eb('shift_report.id', '<', id)]),
      ]),
    );
  }
  const { items, ...rest } = toPage(
    await query.execute(),
    limit,
    row => row,
    row => [row.received_at, row.id],
  );
  const compared: Shift[] = [];
  for (const row of items) {
    const { itemised: _, differences: __, ...shift } = await compare(db, row);
    compared.push(shift);
  }
  return { items: compared, ...rest };
}

/** Errors: `shift_unknown`. */
export async function readShift(db: Db, id: string): Promise<ShiftDetail> {
  const row = await selectShifts(db).where('shift_report.id', '=', id).executeTakeFirst();
  if (!row) throw canteenErrors.shift_unknown();
  return compare(db, row);
}

const selectShifts = (db: Db) =>
  db
    .selectFrom('shift_report')
    .leftJoin('till', 'till.id', 'shift_report.till_id')
    .selectAll('shift_report')
    .select('till.name as till_name');

type Row = ShiftReportRow & { till_name: string | null };

/** A till's own figures beside what was posted of it: by the orders that it names, and by the time of the shift. */
async function compare(db: Db, row: Row): Promise<ShiftDetail> {
  const reported = JSON.parse(row.reported) as Totals;
  const orders = row.orders === null ? undefined : (JSON.parse(row.orders) as ReportedOrder[]);
  const meals = await readMeals(db, row, orders);
  const found = orders ? differencesOf(orders, meals) : [];
  const refused = found.some(one => one.kind === 'missing') ? await readRefusals(db, row) : new Map();
  const differences = found.map(one => ({ ...one, ...present('code', refused.get(one.orderId) ?? null) }));
  const posted = { ...totalsOf(meals), refunds: await readRefunds(db, row) };
  return {
    id: row.id,
    tillId: row.till_id,
    tillName: row.till_name ?? '',
    canteen: row.canteen,
    ...present('stall', row.stall),
    cashier: row.cashier,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    receivedAt: row.received_at,
    currency: row.currency,
    reported,
    posted,
    agrees:
      differences.length === 0 &&
      same(reported.meals, posted.meals) &&
      same(reported.offline, posted.offline) &&
      same(reported.refunds, posted.refunds),
    itemised: orders !== undefined,
    differences,
  };
}

const same = (a: Totals['meals'], b: Totals['meals']): boolean =>
  a.count === b.count && a.sum_minor === b.sum_minor;

interface PostedMeal {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly isOffline: boolean;
}

const orderBatch = 500;

/** One of each order, however many accounts paid it. */
async function readMeals(
  db: Db,
  row: Row,
  orders: readonly ReportedOrder[] | undefined,
): Promise<Map<string, PostedMeal>> {
  const meals = () =>
    db
      .selectFrom('transfer')
      .select(['order_id', 'mode', eb => eb.fn.sum<number>('amount_minor').as('sum')])
      .where('kind', '=', 'meal')
      .where('till_id', '=', row.till_id)
      .groupBy(['order_id', 'mode']);
  const found = new Map<string, PostedMeal>();
  const keep = (rows: { order_id: string | null; mode: string | null; sum: number }[]) => {
    for (const { order_id, mode, sum } of rows) {
      if (order_id === null) continue;
      found.set(order_id, { orderId: order_id, amount_minor: Number(sum), isOffline: mode === 'offline' });
    }
  };
  keep(
    await meals()
      .where('occurred_at', '>=', row.opened_at)
      .where('occurred_at', '<=', row.closed_at)
      .execute(),
  );
  // A till whose clock was set during the shift still finds its meals.
  const others = (orders ?? []).map(one => one.orderId).filter(id => !found.has(id));
  for (let from = 0; from < others.length; from += orderBatch) {
    keep(
      await meals()
        .where('order_id', 'in', others.slice(from, from + orderBatch))
        .execute(),
    );
  }
  return found;
}

function totalsOf(meals: ReadonlyMap<string, PostedMeal>): Omit<Totals, 'refunds'> {
  const all = [...meals.values()];
  const sum = (of: readonly PostedMeal[]) => ({
    count: of.length,
    sum_minor: of.reduce((total, meal) => total + meal.amount_minor, 0),
  });
  return { meals: sum(all), offline: sum(all.filter(meal => meal.isOffline)) };
}

export function differencesOf(
  orders: readonly ReportedOrder[],
  meals: ReadonlyMap<string, { readonly orderId: string; readonly amount_minor: number }>,
): ShiftDifference[] {
  const reported = new Map(orders.map(one => [one.orderId, one.amount_minor]));
  const ofTill = [...reported].flatMap(([orderId, reported_minor]): ShiftDifference[] => {
    const posted_minor = meals.get(orderId)?.amount_minor;
    if (posted_minor === undefined) return [{ kind: 'missing', orderId, reported_minor }];
    return posted_minor === reported_minor
      ? []
      : [{ kind: 'differs', orderId, reported_minor, posted_minor }];
  });
  const extra = [...meals.values()]
    .filter(meal => !reported.has(meal.orderId))
    .map(({ orderId, amount_minor }) => ({ kind: 'extra' as const, orderId, posted_minor: amount_minor }));
  return [...ofTill, ...extra];
}

const mostRefusals = 1_000;

/** Why meals of this device were refused, by their order. */
async function readRefusals(db: Db, row: Row): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('device_event')
    .select(['envelope', 'result'])
    .where('device_id', '=', row.device_id)
    .where('kind', '=', 'meal')
    .where('result', 'like', '%"rejected"%')
    .orderBy('received_at', 'desc')
    .limit(mostRefusals)
    .execute();
  return new Map(
    rows.map(({ envelope, result }) => {
      const { body } = JSON.parse(envelope) as { body?: { orderId?: string } };
      const { code } = JSON.parse(result) as { code?: string };
      return [String(body?.orderId), code ?? ''];
    }),
  );
}

/** What was given back at the till itself within the shift; what the office gives back of its meals is not the till's. */
async function readRefunds(db: Db, row: Row): Promise<Totals['refunds']> {
  const sums = await db
    .selectFrom('transfer')
    .innerJoin('ledger_command', join =>
      join.on('ledger_command.id', '=', sql<string>`'till-refund:' || transfer.order_id`),
    )
    .select(eb => [
      eb.fn.count<number>('transfer.order_id').distinct().as('count'),
      eb.fn.sum<number | null>('transfer.amount_minor').as('sum'),
    ])
    .where('transfer.kind', '=', 'refund')
    .where('transfer.till_id', '=', row.till_id)
    .where('transfer.occurred_at', '>=', row.opened_at)
    .where('transfer.occurred_at', '<=', row.closed_at)
    .executeTakeFirst();
  return { count: Number(sums?.count ?? 0), sum_minor: Number(sums?.sum ?? 0) };
}
