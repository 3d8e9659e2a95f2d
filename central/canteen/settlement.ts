import { sql } from 'kysely';
import type { Settlement } from '../../protocol/staff/index.js';
import type { Db } from '../db/index.js';
import { present } from '../people/index.js';

type Figures = Settlement['total'];

/** What a canteen took on a day of its books, by till and by meal period. All from the transfers of that day. */
export async function readSettlement(
  db: Db,
  { canteen, day, currency }: { canteen: string; day: string; currency: string },
): Promise<Settlement> {
  const closed = await db
    .selectFrom('closed_day')
    .selectAll()
    .where('canteen', '=', canteen)
    .where('day', '=', day)
    .executeTakeFirst();
  const tills = await readTills(db, canteen, day);
  return {
    canteen,
    day,
    currency,
    ...(closed
      ? {
          closed: {
            at: closed.closed_at,
            by: closed.closed_by,
            missingTills: JSON.parse(closed.missing_tills) as string[],
            ...present('reason', closed.reason),
          },
        }
      : {}),
    tills,
    stalls: byStall(tills),
    periods: await readPeriods(db, canteen, day),
    total: tills.reduce<Figures>(addUp, nothing),
  };
}

const nothing: Figures = {
  meals: 0,
  gross_minor: 0,
  refunded_minor: 0,
  net_minor: 0,
  cash_minor: 0,
  subsidy_minor: 0,
  offline: 0,
  flagged: 0,
  late: 0,
};

const figureNames = Object.keys(nothing) as (keyof Figures)[];

const addUp = (sum: Figures, till: Figures): Figures => {
  const added = { ...sum };
  for (const name of figureNames) added[name] += till[name];
  return added;
};

function byStall(tills: Settlement['tills']): Settlement['stalls'] {
  const sums = new Map<string, Figures>();
  for (const { stall = '', ...till } of tills) sums.set(stall, addUp(sums.get(stall) ?? nothing, till));
  return [...sums]
    .map(([stall, figures]) => ({ stall, ...figures }))
    .sort((a, b) => (a.stall < b.stall ? -1 : 1));
}

/** A meal counts once however many accounts paid it: by its order. */
async function readTills(db: Db, canteen: string, day: string): Promise<Settlement['tills']> {
  const { rows } = await sql<Record<string, string | number | null>>`
    select t.till_id as "tillId", min(till.name) as "tillName", t.stall as stall,
      count(distinct case when t.kind = 'meal' then t.order_id end) as meals,
      count(distinct case when t.kind = 'meal' and t.mode = 'offline' then t.order_id end) as offline,
      count(distinct case when t.kind = 'meal' and t.flag is not null then t.order_id end) as flagged,
      count(distinct case when t.kind = 'meal' and t.meal_date < t.business_day then t.order_id end) as late,
      sum(case when t.kind = 'meal' then t.amount_minor else 0 end) as gross_minor,
      sum(case when t.kind = 'refund' then t.amount_minor else 0 end) as refunded_minor,
      sum(case when person.key not like 'subsidy:%' then 0
        when t.kind = 'meal' then t.amount_minor else -t.amount_minor end) as subsidy_minor
    from transfer t
    join account person on person.id = case when t.kind = 'meal' then t.debit_account_id else t.credit_account_id end
    left join till on till.id = t.till_id
    where t.canteen = ${canteen} and t.business_day = ${day}
    group by t.till_id, t.stall
    order by min(till.name), t.till_id, t.stall`.execute(db);
  return rows.map(row => {
    const gross_minor = Number(row.gross_minor);
    const refunded_minor = Number(row.refunded_minor);
    const subsidy_minor = Number(row.subsidy_minor);
    const net_minor = gross_minor - refunded_minor;
    return {
      tillId: String(row.tillId),
      tillName: String(row.tillName ?? ''),
      ...(row.stall === null ? {} : { stall: String(row.stall) }),
      meals: Number(row.meals),
      gross_minor,
      refunded_minor,
      net_minor,
      cash_minor: net_minor - subsidy_minor,
      subsidy_minor,
      offline: Number(row.offline),
      flagged: Number(row.flagged),
      late: Number(row.late),
    };
  });
}

async function readPeriods(db: Db, canteen: string, day: string): Promise<Settlement['periods']> {
  const { rows } = await sql<{ period: string; meals: number; net_minor: number }>`
    select coalesce(meal_period, '') as period,
      count(distinct case when kind = 'meal' then order_id end) as meals,
      sum(case when kind = 'meal' then amount_minor else -amount_minor end) as net_minor
    from transfer
    where canteen = ${canteen} and business_day = ${day}
    group by coalesce(meal_period, '')
    order by 1`.execute(db);
  return rows.map(row => ({
    period: row.period,
    meals: Number(row.meals),
    net_minor: Number(row.net_minor),
  }));
}
