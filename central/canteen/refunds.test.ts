import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Refund } from '../../protocol/staff/index.js';
import { verifyLedger } from '../ledger/index.js';
import { onEachDatabase, type TestStaff } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

onEachDatabase(dialect => {
  let at: TestCounter;
  let cashier: TestStaff;
  beforeAll(async () => {
    at = await createTestCounter(dialect);
    cashier = await at.central.staff('canteen');
  });
  afterAll(async () => {
    expect((await verifyLedger(at.central.db)).problem).toBeUndefined();
    await at.close();
  });

  const paidMeal = async (name: string, amount_minor: number) => {
    const person = await at.diner(name, '100');
    await at.eat(person, amount_minor);
    const [meal] = await at.transfers(person);
    return { person, transferId: meal?.id ?? '' };
  };
  const refund = (transferId: string, amount?: string, change: object = {}, staff = cashier) =>
    staff.call<Refund>('POST', '/refunds', {
      requestId: newId(),
      transferId,
      reason: 'wrong dish',
      ...(amount === undefined ? {} : { amount }),
      ...change,
    });
  const decide = (id: string, approve: boolean, staff: TestStaff) =>
    staff.call<Refund>('POST', `/refunds/${id}/decision`, { approve });

  test('a small refund is paid at once, under the meal’s order, and only once for one request', async () => {
    const { person, transferId } = await paidMeal('ann', 1_000);
    const requestId = newId();
    const first = await refund(transferId, '4.00', { requestId });
    expect(first.body).toMatchObject({ state: 'posted', amount_minor: 400, requestedBy: 'canteen' });
    expect((await refund(transferId, '4.00', { requestId })).body).toEqual(first.body);
    expect(await refund(transferId, '5.00', { requestId })).toMatchObject({ code: 'command_conflict' });
    expect(await at.account(person)).toMatchObject({ balance_minor: 9_400 });
    expect((await at.transfers(person))[0]).toMatchObject({
      kind: 'refund',
      reverses: transferId,
      amount_minor: 400,
      balanceAfter_minor: 9_400,
    });
  });

  test('without an amount what is left is refunded, and nothing after that', async () => {
    const { person, transferId } = await paidMeal('bob', 1_000);
    await refund(transferId, '4.00');
    expect((await refund(transferId)).body).toMatchObject({ amount_minor: 600 });
    expect(await at.account(person)).toMatchObject({ balance_minor: 10_000 });
    expect(await refund(transferId)).toMatchObject({ status: 409, code: 'nothing_left' });
    expect(await refund(transferId, '0.01')).toMatchObject({ status: 409, code: 'posting_refused' });
  });

  test('above the limit it waits for another person, also when it is cut into pieces', async () => {
    const { person, transferId } = await paidMeal('cat', 8_000);
    expect((await refund(transferId, '30')).body.state).toBe('posted');
    const { body } = await refund(transferId, '30', {}, at.finance);
    expect(body.state).toBe('waiting');
    expect(await at.account(person)).toMatchObject({ balance_minor: 5_000 });
    expect(await decide(body.id, true, cashier)).toMatchObject({ status: 403 });
    expect(await decide(body.id, true, at.finance)).toMatchObject({ status: 403, code: 'same_person' });
    const admin = await at.central.staff();
    expect((await decide(body.id, true, admin)).body).toMatchObject({ state: 'posted', decidedBy: 'admin' });
    expect(await decide(body.id, false, admin)).toMatchObject({ status: 409, code: 'refund_decided' });
    expect(await at.account(person)).toMatchObject({ balance_minor: 8_000 });
  });

  test('two who approve at once pay once; what was refused pays nothing', async () => {
    const { person, transferId } = await paidMeal('dan', 9_000);
    const { body } = await refund(transferId);
    const admin = await at.central.staff();
    const answers = await Promise.all([decide(body.id, true, admin), decide(body.id, true, at.finance)]);
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409]);
    expect(await at.account(person)).toMatchObject({ balance_minor: 10_000 });
    const other = await paidMeal('eve', 9_000);
    const asked = await refund(other.transferId);
    await decide(asked.body.id, false, admin);
    expect(await at.account(other.person)).toMatchObject({ balance_minor: 1_000 });
    const waiting = await at.finance.get<{ items: Refund[] }>('/refunds?state=waiting');
    expect(waiting.body.items).toEqual([]);
  });

  test('a top-up that was spent is not given back; a refund is not refunded', async () => {
    const { person } = await paidMeal('fay', 9_000);
    const list = await at.transfers(person);
    const topUp = list.find(one => one.kind === 'top-up')?.id ?? '';
    expect(await refund(topUp, '20')).toMatchObject({ code: 'posting_refused' });
    expect((await refund(topUp, '10')).body.state).toBe('posted');
    const [back] = await at.transfers(person);
    expect(await refund(back?.id ?? '')).toMatchObject({ code: 'not_refundable' });
    expect(await refund(newId())).toMatchObject({ status: 404, code: 'transfer_unknown' });
  });

  test('what was refunded may be eaten again the same day', async () => {
    const person = await at.diner('gil', '500');
    await at.eat(person, 10_000);
    await at.eat(person, 10_000);
    expect((await at.authorise(person, newId(), 100)).body).toMatchObject({ reason: 'over-limit' });
    const [meal] = await at.transfers(person);
    await refund(meal?.id ?? '', '1');
    expect((await at.authorise(person, newId(), 100)).body.kind).toBe('authorised');
  });
});
