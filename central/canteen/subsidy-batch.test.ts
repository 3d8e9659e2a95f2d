import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { GrantedSubsidy, SubsidyBatchResult } from '../../protocol/staff/index.js';
import { onEachDatabase } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

onEachDatabase(dialect => {
  let at: TestCounter;
  beforeEach(async () => {
    at = await createTestCounter(dialect);
  });
  afterEach(() => at.close());

  const grant = (to: object, requestId = newId()) =>
    at.finance.call<SubsidyBatchResult>('POST', '/subsidies', {
      requestId,
      to,
      amount: '20',
      reason: 'September allowance',
      expiresAt: '2026-10-01T00:00:00.000Z',
      periods: ['lunch'],
    });

  test('many get the same subsidy; sent again after a lost answer nobody gets it twice', async () => {
    const people = [await at.diner('ann'), await at.diner('bob')];
    const to = { kind: 'people', personIds: people.map(one => one.id) };
    const requestId = newId();
    expect((await grant(to, requestId)).body).toEqual({
      people: 2,
      each_minor: 2_000,
      total_minor: 4_000,
      currency: 'CNY',
    });
    expect(await grant(to, requestId)).toMatchObject({ status: 201 });
    for (const person of people) expect(await at.account(person)).toMatchObject({ subsidy_minor: 2_000 });
    const { items } = (await at.finance.get<{ items: GrantedSubsidy[] }>('/subsidies?limit=1')).body;
    expect(items).toMatchObject([{ personName: expect.any(String), periods: ['lunch'], state: 'open' }]);
  });

  test('a whole building gets it, blocked people do not; a group of nobody is refused', async () => {
    const ann = await at.diner('ann');
    const bob = await at.diner('bob');
    const enrolment = await at.central.staff('enrolment');
    for (const one of [ann, bob]) await enrolment.call('PATCH', `/people/${one.id}`, { building: 'North 9' });
    await enrolment.call('PATCH', `/people/${bob.id}`, { status: 'blocked' });
    expect((await grant({ kind: 'building', building: 'North 9' })).body).toMatchObject({ people: 1 });
    expect(await at.account(bob)).not.toHaveProperty('subsidy_minor');
    expect(await grant({ kind: 'building', building: 'Nowhere' })).toMatchObject({ code: 'nobody_meant' });
  });
});
