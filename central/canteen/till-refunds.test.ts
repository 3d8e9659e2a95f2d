import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Refund } from '../../protocol/staff/index.js';
import { verifyLedger } from '../ledger/index.js';
import { onEachDatabase } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

onEachDatabase(dialect => {
  let at: TestCounter;
  beforeAll(async () => {
    at = await createTestCounter(dialect);
  });
  afterAll(() => at?.close());

  const refundOf = (orderId: string, amount_minor: number, change = {}) => ({
    ...{ kind: 'meal-refund', orderId, tillId: at.till.placeId, amount_minor, currency: 'CNY' },
    ...{ refundedAt: at.central.clock.now().toISOString(), cashier: 'Li' },
    ...change,
  });

  test('a meal that the cashier gives back is back in the wallet, once, and stands among the refunds', async () => {
    const ada = await at.diner('ada', '50');
    const orderId = await at.eat(ada, 1_250);
    expect((await at.account(ada)).balance_minor).toBe(3_750);
    const [stored] = await at.till.push(refundOf(orderId, 1_250));
    expect(stored).toMatchObject({ outcome: 'stored', transferId: expect.any(String) });
    expect((await at.account(ada)).balance_minor).toBe(5_000);
    const { items } = (await at.finance.get<{ items: Refund[] }>('/refunds')).body;
    expect(items).toMatchObject([{ orderId, amount_minor: 1_250, state: 'posted', requestedBy: 'Li' }]);

    // The same order in another event: the till lost its memory, or somebody tries.
    await at.till.push(refundOf(orderId, 1_250));
    expect((await at.account(ada)).balance_minor).toBe(5_000);
    expect(await verifyLedger(at.central.db)).not.toHaveProperty('problem');
  });

  test('more than the meal, an unknown meal and a meal of another till are rejected and move nothing', async () => {
    const bob = await at.diner('bob', '50');
    const orderId = await at.eat(bob, 1_250);
    const elsewhere = await at.central.addDevice('till');
    const [more] = await at.till.push(refundOf(orderId, 1_251));
    const [unknown] = await at.till.push(refundOf(newId(), 1_250));
    const [foreign] = await elsewhere.push(refundOf(orderId, 1_250, { tillId: elsewhere.placeId }));
    expect([more, unknown, foreign].map(result => result?.outcome)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect((await at.account(bob)).balance_minor).toBe(3_750);
  });

  test('what the office has given back already is not given back again', async () => {
    const eve = await at.diner('eve', '50');
    const orderId = await at.eat(eve, 1_250);
    const meal = (await at.transfers(eve)).find(transfer => transfer.kind === 'meal');
    await at.finance.call('POST', '/refunds', {
      ...{ requestId: newId(), transferId: meal?.id, reason: 'cold' },
    });
    const [late] = await at.till.push(refundOf(orderId, 1_250));
    expect(late).toMatchObject({ outcome: 'rejected', code: 'posting_refused' });
    expect((await at.account(eve)).balance_minor).toBe(5_000);
  });
});
