/**
 * How long a balance and a day's report take when the ledger is large. Fills a database first, which takes minutes and gigabytes.
 *
 *   npm run bench -- books [--transfers 10000000] [--postgres postgres://…/empty]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { readAccount } from '../central/canteen/accounts.js';
import { readSettlement } from '../central/canteen/settlement.js';
import { listTransfers } from '../central/canteen/transfers.js';
import { type Db, dialectOf, migrate, openDatabase } from '../central/db/index.js';

const people = 20_000;
const tills = 50;
const canteens = 3;
/** Three meals a day of each. */
const perDay = people * 3;
const chunk = 100_000;
const trials = 5;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { transfers: { type: 'string', default: '10000000' }, postgres: { type: 'string' } },
  });
  const transfers = Number(values.transfers);
  if (values.postgres) return measure('PostgreSQL', openDatabase({ url: values.postgres }), transfers);
  const folder = mkdtempSync(join(tmpdir(), 'porter-bench-books-'));
  try {
    await measure('SQLite', openDatabase({ file: join(folder, 'central.sqlite') }), transfers);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(name: string, db: Db, transfers: number): Promise<void> {
  await migrate(db);
  const started_ms = performance.now();
  await fillAccounts(db);
  for (let from = 0; from < transfers; from += chunk)
    await fillTransfers(db, from, Math.min(chunk, transfers - from));
  if (dialectOf(db) === 'postgres') await sql`analyze`.execute(db);
  console.log(
    `${name}: ${transfers} transfers made in ${Math.round((performance.now() - started_ms) / 1000)} s`,
  );
  const day = dayOf(Math.floor(transfers / perDay / 2));
  const personId = `01900000-0000-7000-8000-${'7'.padStart(12, '0')}`;
  const report = (canteen: string) => readSettlement(db, { canteen, day, currency: 'CNY' });
  const { total } = await report('Canteen 1');
  await time(`${name}: a balance`, () => readAccount(db, personId, 'CNY'));
  await time(`${name}: a person's latest 50 transfers`, () => listTransfers(db, { personId, limit: 50 }));
  await time(`${name}: a canteen's day of ${total.meals} meals`, () => report('Canteen 1'));
  await db.destroy();
}

async function time(what: string, work: () => Promise<unknown>): Promise<void> {
  const times_ms: number[] = [];
  for (let i = 0; i < trials; i++) {
    const started_ms = performance.now();
    await work();
    times_ms.push(performance.now() - started_ms);
  }
  const [median] = times_ms.sort((a, b) => a - b).slice(Math.floor(trials / 2));
  console.log(`${what} takes ${median?.toFixed(1)} ms (median of ${trials})`);
}

const dayOf = (number: number): string =>
  new Date(Date.UTC(2024, 0, 1) + number * 86_400_000).toISOString().slice(0, 10);

/** SQL in which both databases agree but for these. */
function wordsOf(db: Db) {
  const isPostgres = dialectOf(db) === 'postgres';
  const id = (prefix: string, number: string): string =>
    isPostgres
      ? `'${prefix}-0000-7000-8000-' || lpad((${number})::text, 12, '0')`
      : `printf('${prefix}-0000-7000-8000-%012d', ${number})`;
  const day = isPostgres
    ? `(date '2024-01-01' + (i / ${perDay})::integer)::text`
    : `date('2024-01-01', '+' || (i / ${perDay}) || ' days')`;
  return { id, day };
}

const numbers = (from: number, count: number): string =>
  `with recursive n(i) as (select ${from} union all select i + 1 from n where i + 1 < ${from + count})`;

async function fillAccounts(db: Db): Promise<void> {
  const { id } = wordsOf(db);
  const at = "'2024-01-01T00:00:00.000Z'";
  const columns =
    'insert into account (id, key, person_id, currency, balance_minor, held_minor, floor_minor, created_at)';
  await sql
    .raw(
      `${columns} ${numbers(0, people)} select ${id('01910000', 'i')}, 'wallet:' || ${id('01900000', 'i')}, ${id('01900000', 'i')}, 'CNY', 0, 0, -1000000000, ${at} from n`,
    )
    .execute(db);
  await sql
    .raw(
      `${columns} ${numbers(0, canteens)} select ${id('01920000', 'i')}, 'revenue:Canteen ' || i, null, 'CNY', 0, 0, null, ${at} from n`,
    )
    .execute(db);
}

async function fillTransfers(db: Db, from: number, count: number): Promise<void> {
  const { id, day } = wordsOf(db);
  const canteen = `(i % ${tills}) % ${canteens}`;
  await sql
    .raw(
      `insert into transfer (id, kind, at, occurred_at, amount_minor, currency, debit_account_id, credit_account_id, person_id, balance_after_minor, till_id, order_id, mode, canteen, meal_date, meal_period, business_day)
      ${numbers(from, count)}
      select ${id('01940000', 'i')}, 'meal', ${day} || 'T04:00:00.000Z', ${day} || 'T04:00:00.000Z', 100 + i % 2000, 'CNY',
        ${id('01910000', `i % ${people}`)}, ${id('01920000', canteen)}, ${id('01900000', `i % ${people}`)}, 0,
        ${id('01930000', `i % ${tills}`)}, ${id('01950000', 'i')}, case when i % 20 = 0 then 'offline' else 'online' end,
        'Canteen ' || (${canteen}), ${day}, 'lunch', ${day} from n`,
    )
    .execute(db);
}
