import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthoriseResponse, type MealEvent, newId, type ReleaseResponse } from '../../protocol/index.js';
import type { Account, LiveEvent, Person, TopUpResponse, Transfer } from '../../protocol/staff/index.js';
import { sealTransfers, verifyLedger } from '../ledger/index.js';
import {
  createTestCentral,
  onEachDatabase,
  someEvidence,
  type TestCentral,
  type TestDevice,
  type TestStaff,
} from '../testing.js';
import { createCanteen } from './index.js';

onEachDatabase(dialect => {
  let central: TestCentral;
  let till: TestDevice;
  let finance: TestStaff;
  const live: LiveEvent[] = [];

  beforeAll(async () => {
    central = await createTestCentral({
      dialect,
      createLedger: createCanteen,
      config: { sessionHours: 168 },
    });
    central.live.subscribe(event => live.push(event));
    till = await central.addDevice('till');
    finance = await central.staff('finance');
  });
  afterAll(() => central?.close());

  const topUp = (person: Person, amount: string, requestId = newId()) =>
    finance.call<TopUpResponse>('POST', `/people/${person.id}/top-ups`, { requestId, amount });
  const account = async (person: Person): Promise<Account> =>
    (await finance.get<Account>(`/people/${person.id}/account`)).body;
  const transfers = async (person: Person): Promise<Transfer[]> =>
    (await finance.get<{ items: Transfer[] }>(`/transfers?personId=${person.id}`)).body.items;
  const diner = async (name: string, amount?: string): Promise<Person> => {
    const person = await central.addEnrolled(`${dialect} ${name}`);
    if (amount) await topUp(person, amount);
    return person;
  };
  const authorise = (person: Person, orderId: string, amount_minor: number, change: object = {}) =>
    till.send<AuthoriseResponse>('/device/v1/payments/authorise', {
      body: { orderId, tillId: till.placeId, personId: person.id, amount_minor, currency: 'CNY', ...change },
    });
  const release = (orderId: string) =>
    till.send<ReleaseResponse>('/device/v1/payments/release', { body: { orderId } });
  const meal = (
    person: Person,
    orderId: string,
    amount_minor: number,
    change: Partial<MealEvent> = {},
  ): MealEvent => ({
    kind: 'meal',
    orderId,
    tillId: till.placeId,
    personId: person.id,
    amount_minor,
    currency: 'CNY',
    confirmedAt: central.clock.now().toISOString(),
    mode: 'online',
    evidence: someEvidence,
    ...change,
  });

  test('a top-up that is sent twice is paid in once; with another amount it is refused', async () => {
    const ann = await diner('ann');
    const requestId = newId();
    const first = await topUp(ann, '50', requestId);
    central.clock.advance(5);
    const again = await topUp(ann, '50.00', requestId);
    expect(again.body.transfer.id).toBe(first.body.transfer.id);
    expect(await account(ann)).toMatchObject({ balance_minor: 5_000, held_minor: 0 });
    expect(await topUp(ann, '60', requestId)).toMatchObject({ status: 409, code: 'command_conflict' });
    expect(await topUp(ann, '0')).toMatchObject({ status: 400, code: 'amount_not_positive' });
  });

  test('authorise, confirm, deliver: the meal is posted once, however often each message comes', async () => {
    const bob = await diner('bob', '30');
    const orderId = newId();
    expect((await authorise(bob, orderId, 1_250)).body).toEqual({
      kind: 'authorised',
      orderId,
      balanceAfter_minor: 1_750,
    });
    expect((await authorise(bob, orderId, 1_250)).body).toMatchObject({ balanceAfter_minor: 1_750 });
    expect(await account(bob)).toMatchObject({ balance_minor: 3_000, held_minor: 1_250 });
    const event = till.event(meal(bob, orderId, 1_250));
    const deliver = () => till.send('/device/v1/events', { body: { events: [event] } });
    const first = await deliver();
    expect(first.body).toMatchObject({ results: [{ outcome: 'stored', balance_minor: 1_750 }] });
    expect((await deliver()).body).toMatchObject({
      results: [{ outcome: 'duplicate', balance_minor: 1_750 }],
    });
    expect(await account(bob)).toMatchObject({ balance_minor: 1_750, held_minor: 0 });
    expect((await transfers(bob)).filter(one => one.kind === 'meal')).toHaveLength(1);
  });

  test('an order that went offline after its hold was placed captures the hold and is not charged twice', async () => {
    const eve = await diner('eve', '30');
    const orderId = newId();
    await authorise(eve, orderId, 2_000);
    const [result] = await till.push(meal(eve, orderId, 2_000, { mode: 'offline' }));
    expect(result).toMatchObject({ outcome: 'stored', balance_minor: 1_000 });
    expect(await account(eve)).toMatchObject({ balance_minor: 1_000, held_minor: 0 });
    expect((await release(orderId)).body).toMatchObject({ outcome: 'already-captured' });
    expect((await authorise(eve, orderId, 2_000)).body.kind).toBe('authorised');
    expect(await account(eve)).toMatchObject({ balance_minor: 1_000, held_minor: 0 });
  });

  test('the same meal under a second event id does not charge a second time', async () => {
    const kim = await diner('kim', '30');
    const body = meal(kim, newId(), 1_000, { mode: 'offline' });
    const results = await till.push(body, body);
    expect(results.map(result => result.transferId)).toEqual([
      results[0]?.transferId,
      results[0]?.transferId,
    ]);
    expect(await account(kim)).toMatchObject({ balance_minor: 2_000 });
  });

  test('an offline meal of somebody without money is posted below zero and flagged', async () => {
    const joe = await diner('joe');
    const [result] = await till.push(meal(joe, newId(), 900, { mode: 'offline' }));
    expect(result).toMatchObject({ outcome: 'stored', balance_minor: -900 });
    expect(await transfers(joe)).toMatchObject([
      { flagged: true, mode: 'offline', balanceAfter_minor: -900 },
    ]);
  });

  test('money on hold cannot be promised twice, and is free again after a release or ten minutes', async () => {
    const lea = await diner('lea', '20');
    const [first, second, third] = [newId(), newId(), newId()];
    expect((await authorise(lea, first, 1_500)).body.kind).toBe('authorised');
    expect((await authorise(lea, second, 1_500)).body).toMatchObject({
      kind: 'declined',
      reason: 'insufficient-funds',
    });
    expect((await release(first)).body).toEqual({ orderId: first, outcome: 'released' });
    expect((await release(first)).body).toMatchObject({ outcome: 'released' });
    expect((await authorise(lea, third, 1_500)).body.kind).toBe('authorised');
    central.clock.advance(10 * 60_000);
    expect((await authorise(lea, newId(), 1_500)).body.kind).toBe('authorised');
    const [late] = await till.push(meal(lea, third, 1_500));
    expect(late).toMatchObject({ outcome: 'stored', balance_minor: 500 });
  });

  test('the same order id for another amount or another person is a conflict', async () => {
    const max = await diner('max', '20');
    const other = await diner('mia', '20');
    const orderId = newId();
    await authorise(max, orderId, 500);
    expect(await authorise(max, orderId, 600)).toMatchObject({ status: 409, code: 'order_conflict' });
    expect(await authorise(other, orderId, 500)).toMatchObject({ status: 409, code: 'order_conflict' });
  });

  test('a meal of another amount than its hold gives the hold back and is posted as what was confirmed', async () => {
    const zoe = await diner('zoe', '30');
    const orderId = newId();
    await authorise(zoe, orderId, 500);
    await till.push(meal(zoe, orderId, 700));
    expect(await account(zoe)).toMatchObject({ balance_minor: 2_300, held_minor: 0 });
  });

  test.each([
    ['over the meal limit', 10_001, 'over-limit'],
    ['more than there is', 4_000, 'insufficient-funds'],
  ])('authorising %s is declined', async (_, amount_minor, reason) => {
    const person = await diner(`${reason} ${amount_minor}`, '30');
    expect((await authorise(person, newId(), amount_minor)).body).toMatchObject({ kind: 'declined', reason });
  });

  test('who is blocked, or has no consent, or no account, is declined', async () => {
    const tom = await diner('tom', '30');
    await (await central.staff()).call('PATCH', `/people/${tom.id}`, { status: 'blocked' });
    expect((await authorise(tom, newId(), 100)).body).toMatchObject({ reason: 'blocked' });
    const una = await diner('una', '30');
    await (await central.staff()).call('PUT', `/people/${una.id}/consents/payment`, { granted: false });
    expect((await authorise(una, newId(), 100)).body).toMatchObject({ reason: 'blocked' });
    expect((await authorise(await diner('ned'), newId(), 100)).body).toMatchObject({ reason: 'no-account' });
  });

  test('a day’s meals count against the day’s limit', async () => {
    const ida = await diner('ida', '500');
    for (let i = 0; i < 2; i++) await till.push(meal(ida, newId(), 9_000));
    expect((await authorise(ida, newId(), 2_001)).body).toMatchObject({ reason: 'over-limit' });
    central.clock.advance(24 * 3_600_000);
    expect((await authorise(ida, newId(), 2_001)).body.kind).toBe('authorised');
  });

  test('another till, another currency and a gate are refused', async () => {
    const sam = await diner('sam', '10');
    expect(await authorise(sam, newId(), 100, { tillId: newId() })).toMatchObject({ code: 'wrong_till' });
    expect(await authorise(sam, newId(), 100, { currency: 'EUR' })).toMatchObject({ code: 'wrong_currency' });
    const gate = await central.addDevice('gate');
    const asked = await gate.send('/device/v1/payments/release', { body: { orderId: newId() } });
    expect(asked).toMatchObject({ status: 403, code: 'not_a_till' });
    const [result] = await till.push(meal(sam, newId(), 100, { tillId: newId() }));
    expect(result).toMatchObject({ outcome: 'rejected', code: 'place_not_found' });
  });

  test('twenty tills’ worth of orders at once for one diner leave nothing over and nothing below zero', async () => {
    const pat = await diner('pat', '50');
    const answers = await Promise.all(Array.from({ length: 20 }, () => authorise(pat, newId(), 1_000)));
    expect(answers.filter(answer => answer.body.kind === 'authorised')).toHaveLength(5);
    expect(await account(pat)).toMatchObject({ balance_minor: 5_000, held_minor: 5_000 });
  });

  test('supervisors see no money; every meal is announced to the open consoles', async () => {
    const supervisor = await central.staff('supervisor');
    expect(await supervisor.get('/transfers')).toMatchObject({ status: 403 });
    expect(live.filter(event => event.kind === 'transfer').length).toBeGreaterThan(5);
  });

  test('transfers cannot be changed or deleted, and the chain tells when somebody did it all the same', async () => {
    while ((await sealTransfers(central.db)) > 0);
    expect(await sealTransfers(central.db)).toBe(0);
    const sound = await verifyLedger(central.db);
    expect(sound.problem).toBeUndefined();
    expect(sound.sealed).toBe(sound.transfers);
    const change = sql`update transfer set amount_minor = amount_minor + 1 where kind = 'meal'`;
    await expect(change.execute(central.db)).rejects.toThrow(/append-only/);
    await expect(sql`delete from transfer`.execute(central.db)).rejects.toThrow(/append-only/);
    await dropGuard();
    await change.execute(central.db);
    expect((await verifyLedger(central.db)).problem).toMatch(/was altered/);
  });

  test('a balance that does not follow from the transfers is named', async () => {
    const gus = await diner('gus', '10');
    await sql`update transfer set amount_minor = amount_minor - 1 where kind = 'meal'`.execute(central.db);
    expect((await verifyLedger(central.db)).problem).toBeUndefined();
    await sql`update account set balance_minor = balance_minor + 100 where person_id = ${gus.id}`.execute(
      central.db,
    );
    expect((await verifyLedger(central.db)).problem).toContain(`wallet:${gus.id} holds 1100`);
  });

  /** What somebody with the database's password could do. */
  async function dropGuard(): Promise<void> {
    const statement =
      dialect === 'sqlite'
        ? 'drop trigger transfer_no_update'
        : 'drop trigger transfer_append_only on transfer';
    await sql.raw(statement).execute(central.db);
  }
});
