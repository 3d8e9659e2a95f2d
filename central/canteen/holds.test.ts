import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { StandingHold } from '../../protocol/staff/index.js';
import { sealTransfers, sweepHolds, verifyLedger } from '../ledger/index.js';
import { onEachDatabase } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

const minute_ms = 60_000;

onEachDatabase(dialect => {
  let at: TestCounter;
  beforeEach(async () => {
    at = await createTestCounter(dialect);
  });
  afterEach(() => at.close());

  const holds = async () => (await at.finance.get<{ items: StandingHold[] }>('/holds')).body.items;
  const sweep = () => sweepHolds(at.central.db, at.central.clock.now());

  test('a hold is listed with its age, ends after ten minutes, and is given back an hour later by itself', async () => {
    const ann = await at.diner('ann', '50');
    const orderId = newId();
    await at.authorise(ann, orderId, 1_200);
    expect(await holds()).toMatchObject([
      { id: orderId, personId: ann.id, amount_minor: 1_200, expired: false },
    ]);
    at.central.clock.advance(11 * minute_ms);
    await sweep();
    expect(await holds()).toMatchObject([{ expired: true }]);
    at.central.clock.advance(60 * minute_ms);
    expect(await Promise.all([sweep(), sweep()])).toContain(1);
    expect(await holds()).toEqual([]);
    expect(await at.account(ann)).toMatchObject({ balance_minor: 5_000, held_minor: 0 });
    expect((await verifyLedger(at.central.db)).problem).toBeUndefined();
  });

  test('a meal that comes after its hold was given back is posted all the same, once', async () => {
    const bob = await at.diner('bob', '50');
    const orderId = newId();
    await at.authorise(bob, orderId, 1_200);
    at.central.clock.advance(90 * minute_ms);
    await sweep();
    await at.till.push(at.meal(bob, orderId, 1_200));
    expect(await at.account(bob)).toMatchObject({ balance_minor: 3_800, held_minor: 0 });
    expect((await verifyLedger(at.central.db)).problem).toBeUndefined();
  });

  test('a head that was written down must still be in the chain', async () => {
    const { db } = at.central;
    const cat = await at.diner('cat', '50');
    await sealTransfers(db);
    const { head } = await verifyLedger(db);
    await at.eat(cat, 500);
    await sealTransfers(db);
    const later = await verifyLedger(db, { earlierHead: head });
    expect(later).toMatchObject({ sealed: 2 });
    expect(later.problem).toBeUndefined();
    expect((await verifyLedger(db, { earlierHead: 'f'.repeat(64) })).problem).toContain('earlier head');
  });
});
