import { Summary } from '../../protocol/staff/index.js';
import { allowStaff } from '../auth/index.js';
import { dateIn, dayOf } from '../calendar.js';
import type { Clock } from '../clock.js';
import type { CentralConfig } from '../config.js';
import type { Db } from '../db/index.js';
import { type LedgerModule, stateOf } from '../devices/index.js';
import type { CentralApp } from '../http/index.js';

/** Stored faces from which the operator must file with the authority (Measures for face recognition, 2025). */
const filingLimit = 100_000;

export interface SummaryNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly config: CentralConfig;
  readonly ledger: Pick<LedgerModule, 'mealsBetween'>;
}

export function addSummaryRoute(app: CentralApp, needs: SummaryNeeds): void {
  app.get(
    '/summary',
    { onRequest: allowStaff(), schema: { tags: ['today'], response: { 200: Summary } } },
    () => readSummary(needs),
  );
}

async function readSummary({ db, clock, config, ledger }: SummaryNeeds): Promise<Summary> {
  const now = clock.now();
  const { from, to } = dayOf(config.timeZone, now);
  return {
    date: dateIn(config.timeZone, now),
    entries: await countEntries(db, from, to),
    meals: { ...(await ledger.mealsBetween(from, to)), currency: config.currency },
    devices: await countDevices(db, now),
    people: { ...(await countPeople(db)), filingLimit },
  };
}

async function countEntries(db: Db, from: Date, to: Date): Promise<Summary['entries']> {
  const rows = await db
    .selectFrom('access_entry')
    .select(eb => ['decision', eb.fn.countAll<number>().as('count')])
    .where('at', '>=', from.toISOString())
    .where('at', '<', to.toISOString())
    .groupBy('decision')
    .execute();
  const count = (decision: 'grant' | 'deny') => rows.find(row => row.decision === decision)?.count ?? 0;
  return { granted: count('grant'), denied: count('deny') };
}

async function countDevices(db: Db, now: Date): Promise<Summary['devices']> {
  const rows = await db
    .selectFrom('device')
    .select(['state', 'last_seen_at'])
    .where('state', '!=', 'revoked')
    .execute();
  return { online: rows.filter(row => stateOf(row, now) === 'online').length, total: rows.length };
}

async function countPeople(db: Db): Promise<{ total: number; enrolled: number }> {
  const people = await db
    .selectFrom('person')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const enrolled = await db
    .selectFrom('template')
    .select(eb => eb.fn.count<number>('person_id').distinct().as('count'))
    .executeTakeFirstOrThrow();
  return { total: people.count, enrolled: enrolled.count };
}
