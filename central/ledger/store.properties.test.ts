import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Db } from '../db/index.js';
import { createFakeClock, createTestDatabase, onEachDatabase, type TestDatabase } from '../testing.js';
import { createLedgerStore, type Outcome, sealTransfers, verifyLedger } from './index.js';
import type { Command } from './kernel.js';
import { balanceOf, heldOn, type NaiveWorld, obey } from './naive.js';

/** A command by the short names of accounts, holds and transfers, which differ from run to run in the database. */
const floors = new Map<string, number | null>([
  ['subsidy', 0],
  ['wallet', -300],
  ['desk', null],
  ['revenue', null],
]);
const account = fc.constantFrom(...floors.keys());
const amount_minor = fc.integer({ min: 1, max: 900 });
const holdId = fc.integer({ min: 0, max: 4 }).map(n => `h${n}`);
const sources = fc.constantFrom(['desk'], ['subsidy', 'wallet'], ['wallet', 'subsidy'], ['wallet']);
const currency = fc.constant('CNY');
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('post' as const),
    sources,
    creditAccountId: account,
    amount_minor,
    currency,
    fact: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('hold' as const), holdId, sources, amount_minor, currency }),
  fc.record({ kind: fc.constant('capture' as const), holdId, creditAccountId: account, amount_minor }),
  fc.record({ kind: fc.constant('release' as const), holdId }),
  fc.record({
    kind: fc.constant('reverse' as const),
    transferIds: fc.array(
      fc.integer({ min: 0, max: 8 }).map(n => `t${n}`),
      { minLength: 1, maxLength: 2 },
    ),
    amount_minor,
  }),
);
/** Each step is a new request, or one of the earlier ones again. */
const step = fc.record({ command, again: fc.option(fc.nat({ max: 30 }), { freq: 4 }) });

onEachDatabase(dialect => {
  let database: TestDatabase;
  const clock = createFakeClock();
  const ledger = createLedgerStore({ clock, newId });
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
  });
  afterAll(() => database.drop());

  test('whatever is asked, and asked again, the database holds what the naive model holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async steps => {
        const { db } = database;
        const run = newId();
        const ids = new Map<string, string>();
        const named = (name: string) => ids.get(name) ?? `${run}-${name}`;
        await db.transaction().execute(async trx => {
          for (const [name, floor_minor] of floors) {
            const spec = { key: `${run}:${name}`, currency: 'CNY', floor_minor };
            ids.set(name, (await ledger.account(trx, spec)).id);
          }
        });
        const naive: NaiveWorld = { floors, transfers: [], holds: new Map() };
        const asked: { request: Command; outcome: Outcome }[] = [];
        const ask = (index: number, request: Command) =>
          db.transaction().execute(trx =>
            ledger.once(trx, {
              id: `${run}:${index}`,
              body: request,
              run: () =>
                ledger.execute(trx, translate(request, named), {
                  kind: 'meal',
                  occurredAt: clock.now().toISOString(),
                }),
            }),
          );
        for (const { command: fresh, again } of steps) {
          const earlier = again === null ? undefined : asked[again];
          if (earlier && again !== null) {
            expect(await ask(again, earlier.request)).toEqual({ result: earlier.outcome, repeated: true });
          } else {
            const { result } = await ask(asked.length, fresh);
            const known = naive.transfers.length;
            expect(result.kind).toBe(obey(naive, fresh) ? 'accepted' : 'rejected');
            const posted = result.kind === 'accepted' ? result.transferIds : [];
            expect(posted).toHaveLength(naive.transfers.length - known);
            for (const [index, id] of posted.entries()) ids.set(`t${known + index}`, id);
            asked.push({ request: fresh, outcome: result });
          }
          for (const name of ['subsidy', 'wallet']) {
            const row = await db
              .selectFrom('account')
              .select(['balance_minor', 'held_minor'])
              .where('id', '=', named(name))
              .executeTakeFirst();
            expect(row).toEqual({ balance_minor: balanceOf(naive, name), held_minor: heldOn(naive, name) });
          }
        }
        const before = await stateOf(db, [...ids.values()]);
        for (const [index, { request, outcome }] of asked.entries()) {
          expect(await ask(index, request)).toEqual({ result: outcome, repeated: true });
          const other: Command = { kind: 'release', holdId: `another-${index}` };
          await expect(ask(index, other)).rejects.toMatchObject({ code: 'command_conflict' });
        }
        expect(await stateOf(db, [...ids.values()])).toEqual(before);
      }),
      { numRuns: dialect === 'sqlite' ? 40 : 15 },
    );
    while ((await sealTransfers(database.db)) > 0);
    expect((await verifyLedger(database.db)).problem).toBeUndefined();
  }, 120_000);
});

/** All that these accounts and their transfers are, and how much there is of everything. */
async function stateOf(db: Db, ids: readonly string[]) {
  const accounts = await db.selectFrom('account').selectAll().where('id', 'in', ids).orderBy('id').execute();
  const transfers = await db
    .selectFrom('transfer')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  const counts: number[] = [];
  for (const table of ['transfer', 'hold', 'standing_hold', 'ledger_command', 'account'] as const) {
    const row = await db
      .selectFrom(table)
      .select(eb => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    counts.push(Number(row.count));
  }
  return { accounts, transfers, counts };
}

function translate(command: Command, named: (name: string) => string): Command {
  return {
    ...command,
    ...('sources' in command ? { sources: command.sources.map(named) } : {}),
    ...('creditAccountId' in command ? { creditAccountId: named(command.creditAccountId) } : {}),
    ...('holdId' in command ? { holdId: named(command.holdId) } : {}),
    ...('transferIds' in command ? { transferIds: command.transferIds.map(named) } : {}),
  };
}
