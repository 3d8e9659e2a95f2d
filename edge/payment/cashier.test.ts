import { afterEach, describe, expect, it } from 'vitest';
import { type MealEvent, makePinVerifier, newId, type TillSettings } from '../../protocol/index.js';
import { createManualClock } from '../testing/clock.js';
import { idOf, personOf } from '../testing/faces.js';
import { openTestStore, tillSettings } from '../testing/store.js';
import { createFakeSync } from '../testing/sync.js';
import { createCashier } from './cashier.js';

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

const evidence = {
  ...{ packId: 'test', score: 0.8, margin: 0.5, threshold: 0.5, quality: 0.9 },
  ...{ galleryRevision: 1, galleryPersons: 1, frames: 3 },
};

function setUp(policy = { requireShift: true, refundWindow_min: 10 }, cashiers?: TillSettings['cashiers']) {
  const clock = createManualClock();
  const sync = createFakeSync();
  const settings = { campus: 'Test Campus', till: { ...tillSettings, ...(cashiers && { cashiers }) } };
  const { store, gallery, dispose } = openTestStore({ clock, settings, people: [personOf(1)] });
  disposals.push(dispose);
  let busy = false;
  const cashier = createCashier({
    ...{ store, gallery, sync, clock, newId, policy },
    settings: () => store.settings()?.till,
    isBusy: () => busy,
  });
  return {
    ...{ clock, sync, store, cashier },
    beBusy: () => {
      busy = true;
    },
    /** A meal that was paid just now; gives its order's id. */
    sell: (amount_minor: number, mode: MealEvent['mode'] = 'online'): string => {
      const orderId = newId();
      const at = new Date(clock.now_ms()).toISOString();
      const order = {
        orderId,
        amount_minor,
        currency: 'CNY',
        personId: idOf(1),
        createdAt: at,
        updatedAt: at,
      };
      store.putOrder({ ...order, state: 'held' });
      store.confirmOrder(orderId, {
        ...{ kind: 'meal', orderId, tillId: tillSettings.till.id, personId: idOf(1), amount_minor },
        ...{ currency: 'CNY', confirmedAt: at, mode, evidence },
      });
      return orderId;
    },
    events: (kind: string) =>
      store.outbox.next(100).flatMap(({ body }) => (body.kind === kind ? [body] : [])),
  };
}

describe('a shift', () => {
  it('counts meals, those offline and refunds, and its totals go to central meal by meal', async () => {
    const { cashier, sell, events, sync } = setUp();
    sell(999);
    await cashier.open('  Li Wei ');
    const first = sell(1_250);
    const second = sell(800, 'offline');
    cashier.refund(first);
    const totals = {
      cashier: 'Li Wei',
      meals: { count: 2, sum_minor: 2_050 },
      offline: { count: 1, sum_minor: 800 },
      refunds: { count: 1, sum_minor: 1_250 },
    };
    expect(cashier.book().shift).toMatchObject(totals);
    const wakes = sync.wakes;
    expect(cashier.close()).toMatchObject(totals);
    expect(sync.wakes).toBeGreaterThan(wakes);
    expect(cashier.book()).toMatchObject({ lastShift: totals });
    expect(cashier.book()).not.toHaveProperty('shift');
    expect(events('shift-closed')).toMatchObject([
      {
        ...totals,
        tillId: tillSettings.till.id,
        // Orders of one millisecond have no order of their own.
        orders: expect.toSatisfy(
          (orders: readonly { orderId: string; amount_minor: number }[]) =>
            orders.length === 2 &&
            orders.some(one => one.orderId === first && one.amount_minor === 1_250) &&
            orders.some(one => one.orderId === second && one.amount_minor === 800),
        ),
      },
    ]);
  });

  it('is needed for charging only where the till says so', () => {
    expect(() => setUp().cashier.requireShift()).toThrow(expect.objectContaining({ code: 'shift_required' }));
    const { cashier } = setUp({ requireShift: false, refundWindow_min: 10 });
    expect(() => cashier.requireShift()).not.toThrow();
  });

  it('opens once, closes once, and not in the middle of an order', async () => {
    const { cashier, beBusy } = setUp();
    expect(() => cashier.close()).toThrow(expect.objectContaining({ code: 'no_shift' }));
    await cashier.open('Li');
    await expect(cashier.open('Wang')).rejects.toMatchObject({ code: 'shift_open' });
    beBusy();
    expect(() => cashier.close()).toThrow(expect.objectContaining({ code: 'order_in_progress' }));
  });

  it.each(['', '   ', 'x'.repeat(61)])('does not open for the cashier %j', async name => {
    await expect(setUp().cashier.open(name)).rejects.toMatchObject({ code: 'cashier_missing' });
  });
});

describe('where the canteen has cashiers of its own', () => {
  const cheap = 1_024;
  const withCashiers = async () =>
    setUp({ requireShift: false, refundWindow_min: 10 }, [
      { cashierId: idOf(71), name: 'Li Wei', pin: await makePinVerifier('274905', cheap) },
      { cashierId: idOf(72), name: 'Wang Fang', pin: await makePinVerifier('830164', cheap) },
    ]);

  it('a shift opens by the PIN of one of them, and by no other name, PIN or none', async () => {
    const { cashier } = await withCashiers();
    expect(cashier.book().cashiers).toEqual(['Li Wei', 'Wang Fang']);
    await expect(cashier.open('Somebody', '274905')).rejects.toMatchObject({ code: 'cashier_unknown' });
    await expect(cashier.open('Li Wei')).rejects.toMatchObject({ code: 'cashier_pin_required' });
    await expect(cashier.open('Li Wei', '830164')).rejects.toMatchObject({ code: 'pin_wrong' });
    expect(cashier.book()).not.toHaveProperty('shift');
    await cashier.open('Li Wei', '274905');
    expect(cashier.book().shift).toMatchObject({ cashier: 'Li Wei' });
  });

  it('three wrong PINs lock that cashier, not the other, and the right PIN does not help until the time is over', async () => {
    const { cashier, clock } = await withCashiers();
    for (let i = 0; i < 3; i++)
      await expect(cashier.open('Li Wei', '111222')).rejects.toMatchObject({ code: 'pin_wrong' });
    await expect(cashier.open('Li Wei', '274905')).rejects.toMatchObject({ code: 'pin_locked' });
    await cashier.open('Wang Fang', '830164');
    cashier.close();
    await clock.advance(10 * 60_000);
    await cashier.open('Li Wei', '274905');
  });

  it('nothing is given back without a shift', async () => {
    const { cashier, sell } = await withCashiers();
    const orderId = sell(1_250);
    expect(() => cashier.refund(orderId)).toThrow(expect.objectContaining({ code: 'shift_required' }));
    await cashier.open('Li Wei', '274905');
    cashier.refund(orderId);
    expect(cashier.book().meals).toMatchObject([{ orderId, refunded: true }]);
  });
});

describe('a refund at the till', () => {
  it('is written down with its event, once', async () => {
    const { cashier, sell, events } = setUp();
    await cashier.open('Li');
    const orderId = sell(1_250);
    cashier.refund(orderId);
    expect(() => cashier.refund(orderId)).toThrow(expect.objectContaining({ code: 'already_refunded' }));
    expect(events('meal-refund')).toEqual([
      {
        ...{ kind: 'meal-refund', orderId, tillId: tillSettings.till.id, amount_minor: 1_250 },
        ...{ currency: 'CNY', refundedAt: expect.any(String), cashier: 'Li' },
      },
    ]);
    expect(cashier.book().meals).toMatchObject([{ orderId, refunded: true, amount_minor: 1_250 }]);
  });

  it('of a meal that was never served, or too long ago, is refused', async () => {
    const { cashier, sell, clock, events } = setUp();
    const orderId = sell(1_250);
    expect(() => cashier.refund(newId())).toThrow(expect.objectContaining({ code: 'meal_unknown' }));
    await clock.advance(10 * 60_000 + 1);
    expect(() => cashier.refund(orderId)).toThrow(expect.objectContaining({ code: 'refund_too_late' }));
    expect(cashier.book().meals).toEqual([]);
    expect(events('meal-refund')).toEqual([]);
  });

  it('is not open for longer because the clock was set back by a day', () => {
    const { cashier, sell, clock } = setUp();
    const orderId = sell(1_250);
    clock.setWall(clock.now_ms() - 86_400_000);
    expect(() => cashier.refund(orderId)).toThrow(expect.objectContaining({ code: 'refund_too_late' }));
  });
});
