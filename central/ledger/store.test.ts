import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Db, Trx } from '../db/index.js';
import { createFakeClock, createTestDatabase, onEachDatabase, type TestDatabase } from '../testing.js';
import { createLedgerStore, type Outcome, sealTransfers, verifyLedger } from './index.js';
import type { Command } from './kernel.js';

onEachDatabase(dialect => {
  let database: TestDatabase;
  let db: Db;
  const clock = createFakeClock();
  const ledger = createLedgerStore({ clock, newId });
  const ids: Record<string, string> = {};

  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    db = database.db;
    await db.transaction().execute(async trx => {
      for (const [key, floor_minor] of [
        ['desk', null],
        ['revenue', null],
        ['wallet', 0],
        ['subsidy', 0],
      ] as const) {
        ids[key] = (await ledger.account(trx, { key, currency: 'CNY', floor_minor })).id;
      }
    });
  });
  afterEach(() => database.drop());

  const id = (key: string): string => ids[key] ?? key;
  const run = (command: Command): Promise<Outcome> =>
    db.transaction().execute(trx => ledger.execute(trx, command, context()));
  const context = () => ({ kind: 'meal', occurredAt: clock.now().toISOString() }) as const;
  const once = (requestId: string, body: object, work: (trx: Trx) => Promise<Outcome>) =>
    db.transaction().execute(trx => ledger.once(trx, { id: requestId, body, run: () => work(trx) }));
  const post = (from: string[], to: string, amount_minor: number, fact = false): Command => ({
    kind: 'post',
    sources: from.map(id),
    creditAccountId: id(to),
    amount_minor,
    currency: 'CNY',
    fact,
  });
  const hold = (holdId: string, from: string[], amount_minor: number): Command => ({
    kind: 'hold',
    holdId,
    sources: from.map(id),
    amount_minor,
    currency: 'CNY',
  });
  const account = (key: string) =>
    db
      .selectFrom('account')
      .select(['balance_minor', 'held_minor'])
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
  const expectSound = async () => expect((await verifyLedger(db)).problem).toBeUndefined();

  test('a request that comes again gives what it gave, accepted or rejected, and changes nothing', async () => {
    const pay = (amount_minor: number) =>
      once('r1', { amount_minor }, trx =>
        ledger.execute(trx, post(['wallet'], 'revenue', amount_minor), context()),
      );
    expect(await pay(500)).toMatchObject({ result: { kind: 'rejected' }, repeated: false });
    await run(post(['desk'], 'wallet', 1000));
    expect(await pay(500)).toMatchObject({
      result: { kind: 'rejected', reason: 'insufficient-funds' },
      repeated: true,
    });
    expect(await account('wallet')).toEqual({ balance_minor: 1000, held_minor: 0 });
    await expect(pay(400)).rejects.toMatchObject({ code: 'command_conflict' });
    await expectSound();
  });

  test('a request that breaks leaves nothing, and may be made again', async () => {
    const pay = (fail: boolean) =>
      once('r1', {}, async trx => {
        const outcome = await ledger.execute(trx, post(['desk'], 'wallet', 100), context());
        if (fail) throw new Error('power cut');
        return outcome;
      });
    await expect(pay(true)).rejects.toThrow('power cut');
    expect(await account('wallet')).toEqual({ balance_minor: 0, held_minor: 0 });
    expect(await pay(false)).toMatchObject({ repeated: false });
    expect(await account('wallet')).toEqual({ balance_minor: 100, held_minor: 0 });
  });

  test('the same request from thirty places at once is done once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        once('r1', {}, trx => ledger.execute(trx, post(['desk'], 'wallet', 100), context())),
      ),
    );
    expect(answers.filter(answer => !answer.repeated)).toHaveLength(1);
    expect(new Set(answers.map(answer => JSON.stringify(answer.result))).size).toBe(1);
    expect(await account('wallet')).toEqual({ balance_minor: 100, held_minor: 0 });
  });

  test('many who take from two accounts in either order neither block each other for good nor overspend', async () => {
    await run(post(['desk'], 'wallet', 1000));
    await run(post(['desk'], 'subsidy', 1000));
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        run(post(i % 2 ? ['wallet', 'subsidy'] : ['subsidy', 'wallet'], 'revenue', 70)),
      ),
    );
    expect(outcomes.filter(outcome => outcome.kind === 'accepted')).toHaveLength(28);
    expect((await account('wallet')).balance_minor + (await account('subsidy')).balance_minor).toBe(40);
    await expectSound();
  });

  test('capture and release at once: one of them wins', async () => {
    await run(post(['desk'], 'subsidy', 200));
    await run(post(['desk'], 'wallet', 1000));
    await run(hold('h', ['subsidy', 'wallet'], 600));
    const capture: Command = {
      kind: 'capture',
      holdId: 'h',
      creditAccountId: id('revenue'),
      amount_minor: 600,
    };
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, i) => run(i % 2 ? capture : { kind: 'release', holdId: 'h' })),
    );
    expect(outcomes.filter(outcome => outcome.kind === 'accepted')).toHaveLength(1);
    await expectSound();
  });

  test('a hold over two accounts that nobody resolves is given back on both by whoever looks at one', async () => {
    await run(post(['desk'], 'subsidy', 200));
    await run(post(['desk'], 'wallet', 1000));
    await run(hold('h', ['subsidy', 'wallet'], 600));
    expect(await account('wallet')).toEqual({ balance_minor: 1000, held_minor: 400 });
    clock.advance(10 * 60_000);
    expect(await run(post(['wallet'], 'revenue', 1000))).toMatchObject({ kind: 'accepted' });
    expect(await account('subsidy')).toEqual({ balance_minor: 200, held_minor: 0 });
    expect(await run({ kind: 'release', holdId: 'h' })).toMatchObject({ reason: 'hold-resolved' });
    await expectSound();
  });

  test('ten who take back the same transfer get back no more than it was', async () => {
    await run(post(['desk'], 'wallet', 1000));
    const paid = await run(post(['wallet'], 'revenue', 1000));
    const transferIds = paid.kind === 'accepted' ? paid.transferIds : [];
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => run({ kind: 'reverse', transferIds, amount_minor: 300 })),
    );
    expect(outcomes.filter(outcome => outcome.kind === 'accepted')).toHaveLength(3);
    expect(await account('wallet')).toEqual({ balance_minor: 900, held_minor: 0 });
    await expectSound();
  });

  test('two sealers at once, while transfers go on, make one chain without a gap', async () => {
    const seal = async () => {
      for (let i = 0; i < 10; i++) await sealTransfers(db);
    };
    await Promise.all([
      seal(),
      seal(),
      ...Array.from({ length: 40 }, () => run(post(['desk'], 'wallet', 1))),
    ]);
    while ((await sealTransfers(db)) > 0);
    expect(await verifyLedger(db)).toMatchObject({ transfers: 40, sealed: 40 });
    await expectSound();
  });

  test.each([
    ['an altered transfer', `update transfer set amount_minor = 7 where id = :id`, /was altered/],
    ['a deleted transfer', `delete from transfer where id = :id`, /is missing|chain/],
    ['a seal that was taken out', `delete from transfer_seal where transfer_id = :id`, /lacks number 2/],
  ])('verifying finds %s and names it', async (_, statement, finding) => {
    for (let i = 0; i < 3; i++) await run(post(['desk'], 'wallet', 100));
    while ((await sealTransfers(db)) > 0);
    const second = await db
      .selectFrom('transfer_seal')
      .select('transfer_id')
      .where('sequence', '=', 2)
      .executeTakeFirstOrThrow();
    await asIntruder(statement.replace(':id', `'${second.transfer_id}'`));
    expect((await verifyLedger(db)).problem).toMatch(finding);
  });

  test('verifying finds a transfer that was slipped past the queue, and a hold that nobody placed', async () => {
    await run(post(['desk'], 'wallet', 100));
    await sql`delete from transfer_unsealed`.execute(db);
    expect((await verifyLedger(db)).problem).toMatch(/neither in the chain/);
    await sql`insert into transfer_unsealed select id from transfer`.execute(db);
    await expectSound();
    await sql`update account set held_minor = 5 where key = 'wallet'`.execute(db);
    expect((await verifyLedger(db)).problem).toBe('account wallet has 5 held, its holds give 0');
  });

  test('transfers are never updated, deleted or replaced', async () => {
    await run(post(['desk'], 'wallet', 100));
    await expect(sql`update transfer set kind = 'meal'`.execute(db)).rejects.toThrow(/append-only/);
    await expect(sql`delete from transfer`.execute(db)).rejects.toThrow(/append-only/);
  });

  /** What somebody with the database's password could do. */
  async function asIntruder(statement: string): Promise<void> {
    if (dialect === 'sqlite') {
      await sql`pragma foreign_keys = off`.execute(db);
      await sql`drop trigger transfer_no_update`.execute(db);
      await sql`drop trigger transfer_no_delete`.execute(db);
      await sql.raw(statement).execute(db);
      return;
    }
    await sql`drop trigger transfer_append_only on transfer`.execute(db);
    await sql`alter table transfer_seal drop constraint transfer_seal_transfer_id_fkey`.execute(db);
    await sql.raw(statement).execute(db);
  }
});
