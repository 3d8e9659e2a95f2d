import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Account, Person, Subsidy } from '../../protocol/staff/index.js';
import { createAudit } from '../audit/index.js';
import { createLedgerStore, verifyLedger } from '../ledger/index.js';
import { onEachDatabase } from '../testing.js';
import { createSubsidies } from './subsidies.js';
import { createTestCounter, type TestCounter } from './testing.js';

const hour_ms = 3_600_000;

onEachDatabase(dialect => {
  let at: TestCounter;
  let subsidies: ReturnType<typeof createSubsidies>;
  beforeAll(async () => {
    at = await createTestCounter(dialect);
    const { db, clock, live, config } = at.central;
    const parts = { clock, newId };
    const gallery = undefined as never;
    const audit = createAudit(parts);
    const ledger = createLedgerStore(parts);
    subsidies = createSubsidies({ ...parts, db, live, config, audit, gallery, ledger });
  });
  afterAll(async () => {
    expect((await verifyLedger(at.central.db)).problem).toBeUndefined();
    await at.close();
  });

  const inHours = (hours: number) =>
    new Date(at.central.clock.now().getTime() + hours * hour_ms).toISOString();
  const grant = (person: Person, amount: string, hours: number, change: object = {}) =>
    at.finance.call<Subsidy>('POST', `/people/${person.id}/subsidies`, {
      requestId: newId(),
      amount,
      reason: 'meal allowance',
      expiresAt: inHours(hours),
      ...change,
    });
  const balances = async (person: Person) => {
    const { balance_minor, subsidy_minor } = await at.account(person);
    return [balance_minor, subsidy_minor];
  };

  test('a subsidy is spent before the person’s own money, the one that ends first first', async () => {
    const ann = await at.diner('ann', '50');
    await grant(ann, '20', 48);
    await grant(ann, '5', 24);
    const orderId = newId();
    expect((await at.authorise(ann, orderId, 3_000)).body).toMatchObject({
      balanceAfter_minor: 4_500,
      subsidy_minor: 2_500,
    });
    await at.till.push(at.meal(ann, orderId, 3_000));
    expect(await balances(ann)).toEqual([4_500, 0]);
    const legs = (await at.transfers(ann)).filter(one => one.kind === 'meal');
    expect(legs.map(one => [one.wallet, one.amount_minor])).toEqual([
      ['cash', 500],
      ['subsidy', 2_000],
      ['subsidy', 500],
    ]);
    expect(new Set(legs.map(one => one.orderId)).size).toBe(1);
  });

  test('a refund gives the person’s own money back first, then the subsidy', async () => {
    const bob = await at.diner('bob', '50');
    await grant(bob, '10', 48);
    await at.eat(bob, 1_500);
    const [leg] = await at.transfers(bob);
    const ask = (amount: string) =>
      at.finance.post('/refunds', {
        requestId: newId(),
        transferId: leg?.id,
        amount,
        reason: 'cold soup',
      });
    await ask('7');
    expect(await balances(bob)).toEqual([5_000, 200]);
    await ask('8');
    expect(await balances(bob)).toEqual([5_000, 1_000]);
  });

  test('a subsidy for lunch does not pay a dinner, nor before it begins, nor after it ends', async () => {
    const cat = await at.diner('cat', '50');
    await grant(cat, '10', 48, { periods: ['lunch'], validFrom: inHours(-10) });
    await grant(cat, '10', 48, { validFrom: inHours(5) });
    await at.eat(cat, 1_000, { confirmedAt: '2026-09-01T09:00:00.000Z', mode: 'offline' });
    expect(await balances(cat)).toEqual([4_000, 2_000]);
    await at.eat(cat, 1_000, { confirmedAt: '2026-09-01T04:00:00.000Z', mode: 'offline' });
    expect(await balances(cat)).toEqual([4_000, 1_000]);
  });

  test('an offline meal beyond all means takes the subsidy first and only the wallet below zero', async () => {
    const dan = await at.diner('dan');
    await grant(dan, '3', 48);
    await at.eat(dan, 1_000, { mode: 'offline' });
    expect(await balances(dan)).toEqual([-700, 0]);
    expect((await at.transfers(dan))[0]).toMatchObject({ wallet: 'cash', flag: 'below-floor' });
  });

  test('what is left goes back three days after the end, once, and a meal from before the end may still use it', async () => {
    const eve = await at.diner('eve', '50');
    await grant(eve, '10', 1);
    const before = at.central.clock.now().toISOString();
    at.central.clock.advance(2 * hour_ms);
    await at.eat(eve, 400);
    expect(await balances(eve)).toEqual([4_600, 1_000]);
    await at.eat(eve, 400, { confirmedAt: before, mode: 'offline' });
    expect(await balances(eve)).toEqual([4_600, 600]);
    at.central.clock.advance(80 * hour_ms);
    await Promise.all([subsidies.sweep(), subsidies.sweep()]);
    expect(await balances(eve)).toEqual([4_600, 0]);
    const returned = (await at.transfers(eve)).filter(one => one.kind === 'expiry');
    expect(returned).toMatchObject([{ amount_minor: 600, balanceAfter_minor: 0 }]);
  });

  test('a grant that is sent twice is given once; bad ones are refused', async () => {
    const fay = await at.diner('fay');
    const requestId = newId();
    const expiresAt = inHours(5);
    const first = await grant(fay, '10', 5, { requestId, expiresAt });
    expect(await grant(fay, '10.00', 5, { requestId, expiresAt })).toMatchObject({ body: first.body });
    expect(await balances(fay)).toEqual([0, 1_000]);
    expect(await grant(fay, '10', -1)).toMatchObject({ status: 400, code: 'ends_before_it_begins' });
    expect(await grant(fay, '-1', 5)).toMatchObject({ code: 'amount_not_positive' });
    expect(await grant({ ...fay, id: newId() }, '1', 5)).toMatchObject({ code: 'person_unknown' });
    const cashier = await at.central.staff('canteen');
    expect(await cashier.call('POST', `/people/${fay.id}/subsidies`, {})).toMatchObject({ status: 403 });
  });

  test('an overdraft lets the wallet go so far and no further', async () => {
    const gil = await at.diner('gil');
    const set = (amount: string) =>
      at.finance.call<Account>('PUT', `/people/${gil.id}/overdraft`, { amount });
    expect((await set('5')).body).toMatchObject({ overdraft_minor: 500 });
    expect((await at.authorise(gil, newId(), 501)).body).toMatchObject({ reason: 'insufficient-funds' });
    expect((await at.authorise(gil, newId(), 500)).body).toMatchObject({ balanceAfter_minor: -500 });
    expect((await set('0')).body.overdraft_minor).toBeUndefined();
    expect((await at.authorise(gil, newId(), 1)).body).toMatchObject({ reason: 'insufficient-funds' });
  });
});
