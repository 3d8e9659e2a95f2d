import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, type ShiftClosedEvent } from '../../protocol/index.js';
import type {
  CanteenDays,
  Settlement,
  Shift,
  ShiftDetail,
  Till,
  Transfer,
} from '../../protocol/staff/index.js';
import { onEachDatabase } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

const day = '2026-09-01';
const hour_ms = 3_600_000;

onEachDatabase(dialect => {
  let at: TestCounter;
  beforeEach(async () => {
    at = await createTestCounter(dialect);
  });
  afterEach(() => at.close());

  const page = async <T>(path: string) => (await at.finance.get<{ items: T[] }>(path)).body.items;
  const settlement = async () => (await at.finance.get<Settlement>(`/canteens/North/days/${day}`)).body;
  const shift = (orders: ShiftClosedEvent['orders'] & object, change: Partial<ShiftClosedEvent> = {}) => {
    const sum_minor = orders.reduce((sum, order) => sum + order.amount_minor, 0);
    return {
      kind: 'shift-closed',
      shiftId: newId(),
      tillId: at.till.placeId,
      cashier: 'Li Na',
      openedAt: '2026-09-01T00:00:00.000Z',
      closedAt: at.central.clock.now().toISOString(),
      currency: 'CNY',
      meals: { count: orders.length, sum_minor },
      offline: { count: 0, sum_minor: 0 },
      refunds: { count: 0, sum_minor: 0 },
      orders,
      ...change,
    } satisfies ShiftClosedEvent;
  };

  test('a shift whose totals agree with what was posted says so; sent twice it is one', async () => {
    const ann = await at.diner('ann', '50');
    const orders = [
      { orderId: await at.eat(ann, 1_000), amount_minor: 1_000 },
      { orderId: await at.eat(ann, 700), amount_minor: 700 },
    ];
    const event = at.till.event(shift(orders));
    for (const _ of [1, 2]) await at.till.send('/device/v1/events', { body: { events: [event] } });
    const shifts = await page<Shift>('/shifts?canteen=North');
    expect(shifts).toHaveLength(1);
    expect(shifts[0]).toMatchObject({
      cashier: 'Li Na',
      agrees: true,
      reported: { meals: { count: 2, sum_minor: 1_700 } },
      posted: { meals: { count: 2, sum_minor: 1_700 } },
    });
  });

  test('what a till counted and central has not is named, and so is the other way round', async () => {
    const bob = await at.diner('bob', '50');
    const posted = await at.eat(bob, 1_000);
    const extra = await at.eat(bob, 300);
    const refused = newId();
    await at.till.push(at.meal(bob, refused, 400, { currency: 'EUR' }));
    const lost = newId();
    const event = shift([
      { orderId: posted, amount_minor: 900 },
      { orderId: refused, amount_minor: 400 },
      { orderId: lost, amount_minor: 500 },
    ]);
    await at.till.push(event);
    const { body } = await at.finance.get<ShiftDetail>(`/shifts/${event.shiftId}`);
    expect(body).toMatchObject({ agrees: false, itemised: true });
    expect(body.differences).toEqual([
      { kind: 'differs', orderId: posted, reported_minor: 900, posted_minor: 1_000 },
      { kind: 'missing', orderId: refused, reported_minor: 400, code: 'wrong_currency' },
      { kind: 'missing', orderId: lost, reported_minor: 500 },
      { kind: 'extra', orderId: extra, posted_minor: 300 },
    ]);
    expect(await at.finance.get(`/shifts/${newId()}`)).toMatchObject({ code: 'shift_unknown' });
  });

  test('what the cashier gave back is compared as well; what the office gave back is not the till’s', async () => {
    const gus = await at.diner('gus', '50');
    const [first, second] = [await at.eat(gus, 1_000), await at.eat(gus, 700)];
    const refundedAt = at.central.clock.now().toISOString();
    const refund = { kind: 'meal-refund', tillId: at.till.placeId, currency: 'CNY', refundedAt } as const;
    await at.till.push({ ...refund, orderId: first, amount_minor: 1_000 });
    const [meal] = await page<Transfer>(`/transfers?orderId=${second}&kind=meal`);
    await at.finance.post('/refunds', { requestId: newId(), transferId: meal?.id, reason: 'cold dish' });
    const orders = [
      { orderId: first, amount_minor: 1_000 },
      { orderId: second, amount_minor: 700 },
    ];
    await at.till.push(shift(orders, { refunds: { count: 1, sum_minor: 1_000 } }));
    await at.till.push(shift(orders));
    expect((await page<Shift>('/shifts')).map(one => one.agrees).sort()).toEqual([false, true]);
  });

  test('sums alone are compared by the time of the shift', async () => {
    const cat = await at.diner('cat', '50');
    await at.eat(cat, 1_000, { confirmedAt: '2026-09-01T03:00:00.000Z', mode: 'offline' });
    await at.eat(cat, 200);
    const { orders: _, ...event } = shift([], {
      closedAt: '2026-09-01T04:00:00.000Z',
      meals: { count: 1, sum_minor: 1_000 },
      offline: { count: 1, sum_minor: 1_000 },
    });
    await at.till.push(event);
    expect((await page<Shift>('/shifts'))[0]).toMatchObject({ agrees: true });
  });

  test('another till’s shift is refused, and the same shift with other figures', async () => {
    const [elsewhere] = await at.till.push(shift([], { tillId: newId() }));
    expect(elsewhere).toMatchObject({ outcome: 'rejected', code: 'wrong_till' });
    const event = shift([]);
    await at.till.push(event);
    const [changed] = await at.till.push({ ...event, meals: { count: 3, sum_minor: 900 } });
    expect(changed).toMatchObject({ outcome: 'rejected', code: 'shift_conflict' });
  });

  test('a meal is settled with the stall its till belonged to; moving the till changes nothing behind', async () => {
    const dan = await at.diner('dan', '50');
    const cashier = await at.central.staff('canteen');
    const move = (stall: string) => cashier.call<Till>('PATCH', `/tills/${at.till.placeId}`, { stall });
    await at.eat(dan, 100);
    expect((await move('Noodles')).body).toMatchObject({ stall: 'Noodles' });
    await at.eat(dan, 200);
    await move('Rice');
    await at.eat(dan, 400);
    const { stalls, tills, total } = await settlement();
    expect(stalls).toMatchObject([
      { stall: '', meals: 1, net_minor: 100 },
      { stall: 'Noodles', meals: 1, net_minor: 200 },
      { stall: 'Rice', meals: 1, net_minor: 400 },
    ]);
    expect(tills).toHaveLength(3);
    expect(total.net_minor).toBe(700);
    const below = await page<Transfer>(`/transfers?canteen=North&businessDay=${day}&stall=Noodles&kind=meal`);
    expect(below).toMatchObject([{ amount_minor: 200, stall: 'Noodles' }]);
    expect(await page<Transfer>(`/transfers?canteen=North&businessDay=${day}&stall=`)).toHaveLength(1);
    await at.finance.post('/refunds', { requestId: newId(), transferId: below[0]?.id, reason: 'cold dish' });
    expect((await settlement()).stalls[1]).toMatchObject({ refunded_minor: 200, net_minor: 0 });
    expect(await cashier.call('PATCH', `/tills/${newId()}`, {})).toMatchObject({ code: 'till_unknown' });
  });

  test('every figure of a settlement has its transfers: by period, mode, wallet and lateness', async () => {
    const eve = await at.diner('eve', '50');
    await at.finance.post('/subsidies', {
      requestId: newId(),
      to: { kind: 'people', personIds: [eve.id] },
      amount: '3',
      reason: 'allowance',
      expiresAt: '2026-12-31T00:00:00.000Z',
    });
    await at.eat(eve, 1_000, { mode: 'offline', confirmedAt: '2026-09-01T04:00:00.000Z' });
    await at.eat(eve, 500);
    const sum = async (query: string) =>
      (await page<Transfer>(`/transfers?canteen=North&businessDay=${day}&kind=meal&${query}`)).reduce(
        (total, one) => total + one.amount_minor,
        0,
      );
    expect(await sum('mode=offline')).toBe(1_000);
    expect(await sum('wallet=subsidy')).toBe(300);
    expect(await sum('wallet=cash')).toBe(1_200);
    expect(await sum('mealPeriod=lunch')).toBe(1_000);
    expect(await sum('late=false')).toBe(1_500);
    expect(await sum('late=true')).toBe(0);
  });

  test('the list of days tells which run, which wait for a till, and which are closed and why', async () => {
    const fay = await at.diner('fay', '50');
    await at.eat(fay, 1_000);
    const days = async () => (await at.finance.get<CanteenDays>('/canteens/North/days')).body;
    expect(await days()).toMatchObject({
      items: [{ day, state: 'open', meals: 1, net_minor: 1_000, missingTills: [] }],
      tills: [{ tillId: at.till.placeId }],
    });
    at.central.clock.advance(9 * hour_ms);
    const [today, yesterday] = (await days()).items;
    expect(today).toMatchObject({ day: '2026-09-02', state: 'open', meals: 0 });
    expect(yesterday).toMatchObject({ day, state: 'closing' });
    expect(yesterday?.missingTills).toHaveLength(1);
    await at.finance.post(`/canteens/North/days/${day}/close`, {
      withoutMissing: true,
      reason: 'the till is being repaired',
    });
    expect((await days()).items[1]).toMatchObject({
      state: 'closed',
      closedBy: 'finance',
      reason: 'the till is being repaired',
    });
    expect(await page('/canteens')).toMatchObject([{ name: 'North', timeZone: 'Asia/Shanghai' }]);
  });
});
