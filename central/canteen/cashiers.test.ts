import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChangesPage, mostCashiers, newId, pinMatches } from '../../protocol/index.js';
import type { Cashier } from '../../protocol/staff/index.js';
import { onEachDatabase, type TestStaff } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

const pin = '274905';

onEachDatabase(dialect => {
  let at: TestCounter;
  let staff: TestStaff;
  beforeEach(async () => {
    at = await createTestCounter(dialect);
    staff = await at.central.staff('canteen');
  });
  afterEach(() => at.close());

  const add = (change: object = {}) =>
    staff.call<Cashier>('POST', '/cashiers', { canteen: 'North', name: 'Li Wei', pin, ...change });
  const onTill = async () => {
    const path = '/device/v1/gallery/changes?after=0&wait_ms=0&limit=1';
    return (await at.till.send<ChangesPage>(path)).body.settings.till?.cashiers;
  };

  test('a till knows the cashiers of its canteen by their PIN, and nobody before the first', async () => {
    expect(await onTill()).toBeUndefined();
    expect(await add()).toMatchObject({ status: 201, body: { name: 'Li Wei', canteen: 'North' } });
    const cashiers = await onTill();
    expect(cashiers?.map(one => one.name)).toEqual(['Li Wei']);
    expect(await pinMatches(pin, cashiers![0]!.pin)).toBe(true);
    expect(JSON.stringify((await staff.get('/cashiers')).body)).not.toContain(cashiers![0]!.pin.hash);
  });

  test('another PIN is another on the till, and who is removed is gone from it', async () => {
    const { id } = (await add()).body;
    expect(await staff.call('PUT', `/cashiers/${id}/pin`, { pin: '830164' })).toMatchObject({ status: 200 });
    expect(await pinMatches('830164', (await onTill())![0]!.pin)).toBe(true);
    expect(await staff.call('DELETE', `/cashiers/${id}`)).toMatchObject({ status: 200 });
    expect(await onTill()).toBeUndefined();
    for (const [method, path] of [
      ['DELETE', `/cashiers/${id}`],
      ['PUT', `/cashiers/${newId()}/pin`],
    ] as const)
      expect(await staff.call(method, path, { pin })).toMatchObject({ code: 'cashier_unknown' });
  });

  test('a name twice, a simple PIN, a canteen without a till, more than fit, and whoever may not are refused', async () => {
    await add();
    expect(await add({ name: ' Li Wei' })).toMatchObject({ code: 'cashier_exists' });
    expect(await add({ name: 'Wang', pin: '123456' })).toMatchObject({ code: 'cashier_pin_too_simple' });
    expect(await add({ name: 'Wang', canteen: 'Nowhere' })).toMatchObject({ code: 'canteen_without_till' });
    expect(await at.finance.call('POST', '/cashiers', {})).toMatchObject({ status: 403 });
    const rows = Array.from({ length: mostCashiers - 1 }, (_, i) => ({
      ...{ id: newId(), canteen: 'North', name: `Cashier ${i}`, pin: '{}', added_at: '2026-01-01' },
    }));
    await at.central.db.insertInto('cashier').values(rows).execute();
    expect(await add({ name: 'One more' })).toMatchObject({ code: 'too_many_cashiers' });
  });
});
