import { sql } from 'kysely';
import type { BusinessDay, CanteenDays, TillWatermark } from '../../protocol/staff/index.js';
import { dateIn } from '../calendar.js';
import type { Db } from '../db/index.js';
import { present } from '../people/index.js';
import { readCalendar } from './books.js';
import { endOf } from './days.js';
import type { PaymentNeeds } from './payments.js';
import type { ClosedDayRow } from './tables.js';

const mostDays = 62;

interface DaySum {
  readonly day: string;
  readonly meals: number;
  readonly net_minor: number;
}

/** The newest days of a canteen with what was taken on them, today's among them, and how far each till has delivered. */
export async function listDays(needs: PaymentNeeds, canteen: string): Promise<CanteenDays> {
  const { db, clock, config } = needs;
  const { timeZone } = await db.transaction().execute(trx => readCalendar(trx, canteen, config.timeZone));
  const today = dateIn(timeZone, clock.now());
  const sums = await readSums(db, canteen);
  const closed = await readClosed(db, canteen);
  const tills = await readWatermarks(db, canteen);
  const known = new Map(sums.map(sum => [sum.day, sum]));
  const days = [...new Set([today, ...known.keys(), ...closed.keys()])].sort().reverse().slice(0, mostDays);
  return {
    canteen,
    timeZone,
    currency: config.currency,
    items: days.map(day =>
      toDay({
        sum: known.get(day) ?? { day, meals: 0, net_minor: 0 },
        closed: closed.get(day),
        isOver: day < today,
        behind: () => behind(tills, endOf(timeZone, day)),
      }),
    ),
    tills: tills.map(({ createdAt: _, ...till }) => till),
  };
}

function toDay(of: {
  sum: DaySum;
  closed: ClosedDayRow | undefined;
  isOver: boolean;
  behind: () => string[];
}): BusinessDay {
  const { sum, closed, isOver } = of;
  if (closed) {
    return {
      ...sum,
      state: 'closed',
      closedAt: closed.closed_at,
      closedBy: closed.closed_by,
      ...present('reason', closed.reason),
      missingTills: JSON.parse(closed.missing_tills) as string[],
    };
  }
  return { ...sum, state: isOver ? 'closing' : 'open', missingTills: isOver ? of.behind() : [] };
}

async function readSums(db: Db, canteen: string): Promise<DaySum[]> {
  const { rows } = await sql<{ day: string; meals: number; net_minor: number }>`
    select business_day as day,
      count(distinct case when kind = 'meal' then order_id end) as meals,
      sum(case when kind = 'meal' then amount_minor else -amount_minor end) as net_minor
    from transfer
    where canteen = ${canteen} and business_day >= coalesce((
      select min(business_day) from (
        select distinct business_day from transfer
        where canteen = ${canteen} order by business_day desc limit ${mostDays}) newest), '')
    group by business_day`.execute(db);
  return rows.map(row => ({ day: row.day, meals: Number(row.meals), net_minor: Number(row.net_minor) }));
}

async function readClosed(db: Db, canteen: string): Promise<Map<string, ClosedDayRow>> {
  const rows = await db
    .selectFrom('closed_day')
    .selectAll()
    .where('canteen', '=', canteen)
    .orderBy('day', 'desc')
    .limit(mostDays)
    .execute();
  return new Map(rows.map(row => [row.day, row]));
}

interface Watermark extends TillWatermark {
  readonly createdAt: string;
}

/** Of the tills that have a device which was ever heard. */
async function readWatermarks(db: Db, canteen: string): Promise<Watermark[]> {
  const rows = await db
    .selectFrom('device')
    .innerJoin('till', 'till.id', 'device.place_id')
    .leftJoin('till_watermark', 'till_watermark.device_id', 'device.id')
    .select(['till.id', 'till.name', 'till.stall', 'device.last_seen_at', 'device.created_at'])
    .select('till_watermark.at as watermark')
    .where('till.canteen', '=', canteen)
    .where('device.kind', '=', 'till')
    .where('device.state', 'in', ['paired', 'quarantined'])
    .where('device.last_seen_at', 'is not', null)
    .orderBy('till.name')
    .execute();
  return rows.map(row => ({
    tillId: row.id,
    tillName: row.name,
    ...present('stall', row.stall),
    ...present('lastSeenAt', row.last_seen_at),
    ...present('settledUntil', row.watermark),
    createdAt: row.created_at,
  }));
}

function behind(tills: readonly Watermark[], end: Date): string[] {
  const until = end.toISOString();
  return tills
    .filter(till => till.createdAt < until && (till.settledUntil === undefined || till.settledUntil < until))
    .map(till => till.tillName);
}
