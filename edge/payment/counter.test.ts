import { afterEach, describe, expect, it } from 'vitest';
import { type GalleryPerson, makePinVerifier, newId, type Pricing } from '../../protocol/index.js';
import type { OrderRecord } from '../contracts.js';
import { createMetrics } from '../metrics.js';
import { type OpenStore, storeErrors } from '../store/index.js';
import { createManualClock } from '../testing/clock.js';
import { idOf, personOf } from '../testing/faces.js';
import { createRecordingLog } from '../testing/log.js';
import { identified, pending, refused, type Shown, sightingAt, unsureAbout } from '../testing/sightings.js';
import { openTestStore, tillSettings } from '../testing/store.js';
import { createFakeSync } from '../testing/sync.js';
import { createCounter } from './counter.js';

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

const people = [
  personOf(1),
  personOf(2),
  personOf(3, { status: 'blocked' }),
  (({ payment: _, ...rest }) => rest)(personOf(4)),
];

interface SetUp {
  readonly unfinished?: readonly OrderRecord[];
  readonly pricing?: Pricing;
  readonly pinAbove_minor?: number;
  readonly people?: readonly GalleryPerson[];
}

function setUp(options: SetUp = {}) {
  const clock = createManualClock();
  const sync = createFakeSync();
  const { store, gallery, dispose } = openTestStore({
    clock,
    settings: {
      campus: 'Test Campus',
      till: {
        ...tillSettings,
        ...(options.pricing && { pricing: options.pricing }),
        ...(options.pinAbove_minor !== undefined && { pinAbove_minor: options.pinAbove_minor }),
      },
    },
    people: options.people ?? people,
  });
  disposals.push(dispose);
  for (const order of options.unfinished ?? []) store.putOrder(order);
  let offlineFor_ms = 0;
  const disk = createDisk(store);
  const counter = createCounter({
    ...{ sync, gallery, clock, newId },
    store: disk.store,
    settings: () => store.settings()?.till,
    clockTrusted: () => true,
    offlineFor_ms: () => offlineFor_ms,
    requireDisk: disk.require,
    log: createRecordingLog(),
    metrics: createMetrics(),
  });
  const see = async (...shown: Shown[]) => {
    counter.seen(sightingAt(clock, ...shown));
    await clock.advance(100);
    return counter.phase();
  };
  const meals = () =>
    store.outbox.next(100).flatMap(({ id, body }) => (body.kind === 'meal' ? [{ ...body, id }] : []));
  return {
    ...{ clock, sync, store, gallery, counter, see, meals, disk },
    beOffline: (ms = 0) => {
      offlineFor_ms = ms;
      sync.network = 'offline';
      sync.answer = async () => undefined;
      sync.hearsReleases = false;
    },
  };
}

/** The real store, whose writes can be made to fail. */
function createDisk(store: OpenStore) {
  let full = false;
  const refuse = (): void => {
    if (full) throw storeErrors.disk_full();
  };
  return {
    fill(now: boolean): void {
      full = now;
    },
    require: refuse,
    store: {
      ...store,
      putOrder(order: OrderRecord) {
        refuse();
        store.putOrder(order);
      },
      confirmOrder: (...args: Parameters<OpenStore['confirmOrder']>) => {
        refuse();
        return store.confirmOrder(...args);
      },
    } satisfies OpenStore,
  };
}

describe('a meal online', () => {
  it('is paid with one confirmation, recorded before the screen says so, and sent at once', async () => {
    const { counter, see, sync, store, meals } = setUp();
    const { orderId } = counter.start('12.50');
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({
      name: 'confirm',
      amount_minor: 1_250,
      displayName: 'Person 1',
      mode: 'online',
      balanceAfter_minor: 8_750,
    });
    expect(store.order(orderId)).toMatchObject({ state: 'held', personId: idOf(1) });
    counter.confirm(orderId, 1_250);
    expect(counter.phase()).toMatchObject({ name: 'paid', order: { orderId, mode: 'online' } });
    expect(store.order(orderId)?.state).toBe('confirmed');
    expect(meals()).toMatchObject([{ orderId, personId: idOf(1), amount_minor: 1_250, mode: 'online' }]);
    expect(sync.wakes).toBe(1);
  });

  it('shows the balance that central answers', async () => {
    const { counter, see, sync, meals, clock } = setUp();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    counter.confirm(orderId, 1_250);
    sync.settle({ id: meals()[0]!.id, sequence: 1, outcome: 'stored', balance_minor: 8_700 });
    await clock.advance(0);
    expect(counter.phase()).toMatchObject({ order: { balance_minor: 8_700 } });
  });

  it('is on disk with its person before central is asked', async () => {
    const { counter, see, sync, store } = setUp();
    const { orderId } = counter.start('12.50');
    let atAsking: OrderRecord | undefined;
    sync.answer = async () => {
      atAsking = store.order(orderId);
      return undefined;
    };
    await see({ track: 1, verdict: identified(1) });
    expect(atAsking).toMatchObject({ state: 'holding', personId: idOf(1), amount_minor: 1_250 });
  });

  it('that central refuses to look at is not served offline: a refusal is an answer', async () => {
    const { counter, see, sync } = setUp();
    counter.start('12.50');
    sync.answer = async () => {
      throw new Error('order_conflict');
    };
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({
      name: 'declined',
      reason: 'no-account',
    });
  });
});

describe('a meal without central', () => {
  it('is served within the limits, with the same order id that was asked for', async () => {
    const { counter, see, sync, meals, beOffline } = setUp();
    beOffline();
    const { orderId } = counter.start('12.50');
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({
      name: 'confirm',
      mode: 'offline',
    });
    counter.confirm(orderId, 1_250);
    expect(sync.asked[0]?.orderId).toBe(orderId);
    expect(meals()).toMatchObject([{ orderId, mode: 'offline' }]);
  });

  it('waits a second and a half at most for a central that says nothing at all', async () => {
    const { counter, see, sync, clock } = setUp();
    sync.answer = () => new Promise(() => undefined);
    counter.start('12.50');
    expect((await see({ track: 1, verdict: identified(1) })).name).toBe('waiting');
    await clock.advance(1_400);
    expect(counter.phase()).toMatchObject({ name: 'confirm', mode: 'offline' });
  });

  it('is declined over the limit per person and day, which counts the meals before it', async () => {
    const { counter, see, beOffline } = setUp();
    beOffline();
    for (let i = 0; i < 2; i++) {
      const { orderId } = counter.start('25');
      await see({ track: 1, verdict: identified(1) });
      counter.confirm(orderId, 2_500);
      expect(counter.phase().name).toBe('paid');
    }
    counter.start('10.01');
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({
      name: 'declined',
      reason: 'offline-limit',
    });
  });

  it('is declined after too many hours, counted from before the restart', async () => {
    const { counter, see, beOffline } = setUp();
    beOffline(25 * 3_600_000);
    counter.start('12.50');
    expect((await see({ track: 1, verdict: identified(1) })).name).toBe('declined');
  });

  it('gives holds back when central is heard again', async () => {
    const { counter, see, sync, clock, beOffline } = setUp();
    beOffline();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    counter.cancel(orderId);
    await clock.advance(60_000);
    counter.tick();
    expect(sync.released).toEqual([]);
    sync.network = 'online';
    sync.hearsReleases = true;
    counter.tick();
    await clock.advance(0);
    expect(sync.released).toEqual([orderId]);
    counter.tick();
    await clock.advance(60_000);
    counter.tick();
    expect(sync.released).toEqual([orderId]);
  });
});

describe('paying twice', () => {
  it('does not come from looking twice, nor from pressing twice', async () => {
    const { counter, see, meals } = setUp();
    const { orderId } = counter.start('12.50');
    for (let i = 0; i < 10; i++) await see({ track: 1, verdict: identified(1) });
    counter.confirm(orderId, 1_250);
    counter.confirm(orderId, 1_250);
    for (let i = 0; i < 10; i++) await see({ track: 1, verdict: identified(1) });
    counter.confirm(orderId, 1_250);
    expect(meals()).toHaveLength(1);
  });

  it('for a second helping asks with a warning within the cooldown, and without one after it', async () => {
    const { counter, see, clock } = setUp();
    const first = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    counter.confirm(first.orderId, 1_250);
    await clock.advance(30_000);
    counter.start('12.50');
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({
      name: 'confirm',
      paidBefore_s: 30,
    });
    const second = counter.phase();
    counter.cancel(second.name === 'confirm' ? second.orderId : '');
    await clock.advance(600_000);
    counter.start('12.50');
    const later = await see({ track: 1, verdict: identified(1) });
    expect(later.name).toBe('confirm');
    expect(later).not.toHaveProperty('paidBefore_s');
  });

  it('still warns when the clock was set back after the first meal', async () => {
    const { counter, see, clock } = setUp();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    counter.confirm(orderId, 1_250);
    clock.setWall(clock.now_ms() - 3_600_000);
    counter.start('12.50');
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({ paidBefore_s: 0 });
  });
});

describe('who pays', () => {
  it('is nobody while two stand side by side, then the one who stays', async () => {
    const { counter, see, sync } = setUp();
    counter.start('12.50');
    const pair: Shown[] = [
      { track: 1, verdict: identified(1), x: 400 },
      { track: 2, verdict: identified(2), x: 700 },
    ];
    expect(await see(...pair)).toMatchObject({ name: 'waiting', problem: 'several-faces' });
    expect(counter.crowded).toBe(true);
    expect(sync.asked).toEqual([]);
    expect(await see({ track: 2, verdict: identified(2) })).toMatchObject({ displayName: 'Person 2' });
  });

  it('is the one in front, never the one who waits behind', async () => {
    const { counter, see } = setUp();
    counter.start('12.50');
    const behind: Shown = { track: 2, verdict: identified(2), x: 800, size: 90 };
    expect(await see({ track: 1, verdict: pending }, behind)).toMatchObject({ name: 'waiting' });
    expect(await see({ track: 1, verdict: identified(1) }, behind)).toMatchObject({
      displayName: 'Person 1',
    });
  });

  it('is not the first diner any more when a second one steps in front before the confirmation', async () => {
    const { counter, see, meals, sync } = setUp();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    await see({ track: 2, verdict: identified(2) });
    expect(() => counter.confirm(orderId, 1_250)).toThrow(expect.objectContaining({ code: 'no_order' }));
    const phase = await see({ track: 2, verdict: identified(2) });
    expect(phase).toMatchObject({ name: 'confirm', displayName: 'Person 2' });
    expect(sync.released).toEqual([orderId]);
    counter.confirm(phase.name === 'confirm' ? phase.orderId : '', 1_250);
    expect(meals()).toMatchObject([{ personId: idOf(2) }]);
  });

  it('is nobody when a stranger takes the diner’s place', async () => {
    const { counter, see } = setUp();
    counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    expect(await see({ track: 2, verdict: refused('unknown') })).toMatchObject({
      name: 'waiting',
      problem: 'unknown-person',
    });
  });

  it('goes on without the diner who left, after a few seconds, under a new key', async () => {
    const { counter, see, clock, sync } = setUp();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    await see();
    await clock.advance(4_000);
    counter.tick();
    const phase = counter.phase();
    expect(phase).toMatchObject({ name: 'waiting', amount_minor: 1_250 });
    expect(phase.name === 'waiting' && phase.orderId).not.toBe(orderId);
    await clock.advance(0);
    expect(sync.released).toEqual([orderId]);
  });

  it('is asked again when the camera is gone, rather than left standing', async () => {
    const { counter, see, clock } = setUp();
    counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    for (let i = 0; i < 30; i++) {
      await clock.advance(250);
      counter.tick();
    }
    expect(counter.phase().name).toBe('waiting');
  });

  it.each([
    [3, 'blocked'],
    [4, 'no-permission'],
    [9, 'unknown-person'],
  ])('person %i is not asked: %s', async (person, problem) => {
    const { counter, see, sync } = setUp();
    counter.start('12.50');
    expect(await see({ track: 1, verdict: identified(person) })).toMatchObject({ name: 'waiting', problem });
    expect(sync.asked).toEqual([]);
  });
});

describe('an order', () => {
  it.each([
    ['0', 'amount_not_positive'],
    ['-1', 'amount_not_positive'],
    ['1.234', 'amount_too_many_decimals'],
    ['100.01', 'amount_over_limit'],
    ['twelve', 'amount_malformed'],
  ])('of %s is refused: %s', (amount, code) => {
    const { counter } = setUp();
    expect(() => counter.start(amount)).toThrow(expect.objectContaining({ code }));
    expect(counter.phase()).toEqual({ name: 'idle' });
  });

  it('is refused while another one is open, by a device that was unpaired, and with a full disk', () => {
    const { counter, sync } = setUp();
    counter.start('1');
    expect(() => counter.start('1')).toThrow(expect.objectContaining({ code: 'order_in_progress' }));
    const unpaired = setUp();
    unpaired.sync.network = 'unpaired';
    expect(() => unpaired.counter.start('1')).toThrow(expect.objectContaining({ code: 'not_set_up' }));
    const full = setUp();
    full.disk.fill(true);
    expect(() => full.counter.start('1')).toThrow(expect.objectContaining({ code: 'disk_full' }));
    expect(sync.asked).toEqual([]);
  });

  it('whose disk fills up before the diner comes is declined, and central is not asked', async () => {
    const { counter, see, disk, sync } = setUp();
    counter.start('12.50');
    disk.fill(true);
    expect(await see({ track: 1, verdict: identified(1) })).toMatchObject({
      name: 'declined',
      reason: 'disk-full',
    });
    expect(sync.asked).toEqual([]);
  });

  it('whose disk fills up before the confirmation is not served, and its hold is given back', async () => {
    const { counter, see, disk, sync, meals, clock } = setUp();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    disk.fill(true);
    counter.confirm(orderId, 1_250);
    expect(counter.phase()).toMatchObject({ name: 'declined', reason: 'disk-full' });
    await clock.advance(0);
    expect(meals()).toEqual([]);
    expect(sync.released).toEqual([orderId]);
  });

  it('left open by a crash is cancelled at the next start, and its hold given back; a confirmed one is not touched', async () => {
    const at = '2026-09-01T03:59:00.000Z';
    const order = (number: number, state: OrderRecord['state']): OrderRecord => ({
      orderId: idOf(number),
      amount_minor: 100,
      currency: 'CNY',
      state,
      createdAt: at,
      updatedAt: at,
    });
    const unfinished = [order(51, 'open'), order(52, 'holding'), order(53, 'held'), order(54, 'confirmed')];
    const { counter, store, sync, clock } = setUp({ unfinished });
    counter.recover();
    await clock.advance(0);
    expect(store.unfinishedOrders()).toEqual([]);
    expect([51, 52, 53, 54].map(number => store.order(idOf(number))?.state)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
      'confirmed',
    ]);
    expect(sync.released).toEqual([idOf(52), idOf(53)]);
  });
});

it('a hold is given back only after the answer that may place it', async () => {
  const { counter, see, sync, clock } = setUp();
  const { orderId } = counter.start('12.50');
  let answer: () => void = () => undefined;
  sync.answer = () =>
    new Promise(resolve => {
      answer = () => resolve({ kind: 'authorised', orderId, balanceAfter_minor: 0 });
    });
  await see({ track: 1, verdict: identified(1) });
  counter.cancel(orderId);
  await clock.advance(100);
  expect(sync.released).toEqual([]);
  answer();
  await clock.advance(0);
  expect(sync.released).toEqual([orderId]);
  expect(counter.phase()).toEqual({ name: 'cancelled', reason: 'cashier' });
});

it('a face in the same place that nobody could compare any more does not pay for the one before', async () => {
  const { counter, see, meals } = setUp();
  const { orderId } = counter.start('12.50');
  await see({ track: 1, verdict: identified(1), lookedAgo_ms: 0 });
  expect(counter.phase()).toMatchObject({ name: 'confirm' });
  // The track goes on by its place alone: whoever stands there looks down at the tray.
  for (let ago_ms = 0; ago_ms < 8_000; ago_ms += 100) {
    await see({ track: 1, verdict: identified(1), lookedAgo_ms: ago_ms });
    counter.tick();
  }
  expect(counter.phase()).not.toMatchObject({ name: 'confirm', orderId });
  expect(() => counter.confirm(orderId, 1_250)).toThrow();
  expect(meals()).toEqual([]);
  await see({ track: 1, verdict: identified(1), lookedAgo_ms: 9_000 });
  expect(counter.phase()).toMatchObject({ name: 'waiting' });
});

const coded = (code: string) => expect.objectContaining({ code });

describe('somebody whom the face alone does not tell apart', () => {
  const twins = (isLive = true) => ({ track: 1, verdict: unsureAbout([1, 2], isLive) });
  const endOf = (person: number) => personOf(person).studentNumber.slice(-4);

  it('pays once the end of the student number says who it is', async () => {
    const { counter, see, meals } = setUp();
    const { orderId } = counter.start('12.50');
    await see(twins());
    expect(counter.phase()).toMatchObject({ name: 'waiting', problem: 'unsure' });
    counter.tellApart(orderId, endOf(2));
    await see(twins());
    expect(counter.phase()).toMatchObject({ name: 'confirm' });
    counter.confirm(orderId, 1_250);
    expect(meals()).toMatchObject([{ personId: idOf(2), evidence: { secondFactor: 'student-number' } }]);
  });

  it('may guess three times, and not with the number of somebody else', async () => {
    const { counter, see } = setUp();
    const { orderId } = counter.start('12.50');
    await see(twins());
    for (let i = 0; i < 3; i++) {
      expect(() => counter.tellApart(orderId, endOf(3))).toThrow(coded('digits_do_not_match'));
    }
    expect(() => counter.tellApart(orderId, endOf(2))).toThrow(coded('digits_too_often'));
    expect(counter.phase()).toMatchObject({ name: 'waiting' });
  });

  it('is not asked when a picture is held up, when nobody is there, and for digits that are none', async () => {
    const { counter, see } = setUp();
    const { orderId } = counter.start('12.50');
    await see(twins(false));
    expect(() => counter.tellApart(orderId, endOf(2))).toThrow(coded('nobody_to_tell_apart'));
    await see(twins());
    for (const digits of ['', '1', '12345', '12 4', '%00%']) {
      expect(() => counter.tellApart(orderId, digits)).toThrow(coded('digits_malformed'));
    }
    expect(() => counter.tellApart('another-order', endOf(2))).toThrow(coded('wrong_order'));
    await see();
    expect(() => counter.tellApart(orderId, endOf(2))).toThrow(coded('nobody_to_tell_apart'));
  });

  it('is asked again when somebody else steps up', async () => {
    const { counter, see } = setUp();
    const { orderId } = counter.start('12.50');
    await see(twins());
    counter.tellApart(orderId, endOf(2));
    await see(twins());
    await see({ track: 2, verdict: unsureAbout([1, 2]) });
    expect(counter.phase()).toMatchObject({ name: 'waiting', problem: 'unsure' });
  });
});

describe('a meal above the amount that needs a PIN', () => {
  const setUpWithPin = async () => {
    const pin = await makePinVerifier('482915', 1_024);
    const payment = { ...personOf(1).payment!, pin };
    return setUp({ pinAbove_minor: 1_000, people: [personOf(1, { payment }), personOf(2)] });
  };

  it('is paid with the right PIN alone, and three wrong ones lock it, also for the next order', async () => {
    const { counter, see, meals, clock } = await setUpWithPin();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    expect(counter.phase()).toMatchObject({ name: 'confirm', asksPin: true });
    expect(() => counter.confirm(orderId, 1_250)).toThrow(coded('pin_required'));
    await expect(counter.confirmWithPin(orderId, 1_250, undefined)).rejects.toThrow(coded('pin_required'));
    for (let i = 0; i < 3; i++)
      await expect(counter.confirmWithPin(orderId, 1_250, '000000')).rejects.toThrow(coded('pin_wrong'));
    await expect(counter.confirmWithPin(orderId, 1_250, '482915')).rejects.toThrow(coded('pin_locked'));
    counter.cancel(orderId);
    await clock.advance(10 * 60_000);
    const second = counter.start('12.50');
    await see({ track: 2, verdict: identified(1) });
    await counter.confirmWithPin(second.orderId, 1_250, '482915');
    expect(meals()).toMatchObject([{ orderId: second.orderId, amount_minor: 1_250 }]);
  });

  it('is not opened by many guesses sent at once', async () => {
    const { counter, see, meals } = await setUpWithPin();
    const { orderId } = counter.start('12.50');
    await see({ track: 1, verdict: identified(1) });
    const guesses = ['000001', '000002', '000003', '000004', '482915'];
    const ends = await Promise.allSettled(guesses.map(pin => counter.confirmWithPin(orderId, 1_250, pin)));
    expect(ends.map(end => end.status)).toEqual(guesses.map(() => 'rejected'));
    expect(meals()).toEqual([]);
  });

  it('is refused to somebody without one; a smaller meal asks nobody', async () => {
    const { counter, see, meals } = await setUpWithPin();
    const large = counter.start('12.50');
    await see({ track: 1, verdict: identified(2) });
    await expect(counter.confirmWithPin(large.orderId, 1_250, '482915')).rejects.toThrow(
      coded('pin_missing'),
    );
    counter.cancel(large.orderId);
    const small = counter.start('10.00');
    await see({ track: 2, verdict: identified(2) });
    expect(counter.phase()).not.toHaveProperty('asksPin');
    await counter.confirmWithPin(small.orderId, 1_000, undefined);
    expect(meals()).toHaveLength(1);
  });
});

describe('what is priced by the till', () => {
  const menu = [{ id: 'noodles', name: 'Noodles', price_minor: 950, unit: 'piece' as const }];
  const lunch = { name: 'Lunch', from_min: 660, to_min: 810, price_minor: 1_200 };

  it('is charged at its own prices, and its lines go with the meal', async () => {
    const { counter, see, meals } = setUp({ pricing: { fixed: [], menu } });
    const { orderId } = counter.start({ kind: 'cart', lines: [{ itemId: 'noodles', quantity: 2 }] });
    await see({ track: 1, verdict: identified(1) });
    counter.confirm(orderId, 1_900);
    expect(meals()).toMatchObject([
      { amount_minor: 1_900, lines: [{ name: 'Noodles', quantity: 2, unit: 'piece', sum_minor: 1_900 }] },
    ]);
  });

  it('keeps the limit of a meal, and refuses what is not on the menu', () => {
    const { counter } = setUp({ pricing: { fixed: [], menu } });
    const cart = (itemId: string, quantity: number) =>
      ({ kind: 'cart', lines: [{ itemId, quantity }] }) as const;
    expect(() => counter.start(cart('noodles', 11))).toThrow(
      expect.objectContaining({ code: 'amount_over_limit' }),
    );
    expect(() => counter.start(cart('caviar', 1))).toThrow(expect.objectContaining({ code: 'item_unknown' }));
  });

  it('by the hour is charged in its hours by the clock of the campus, and not outside', async () => {
    const { counter, clock } = setUp({ pricing: { fixed: [lunch], menu: [] } });
    // 12:00 in Shanghai.
    clock.setWall(Date.parse('2026-09-01T04:00:00Z'));
    const { orderId } = counter.start({ kind: 'fixed' });
    expect(counter.phase()).toMatchObject({ name: 'waiting', orderId, amount_minor: 1_200 });
    counter.cancel(orderId);
    clock.setWall(Date.parse('2026-09-01T12:00:00Z'));
    expect(() => counter.start({ kind: 'fixed' })).toThrow(
      expect.objectContaining({ code: 'no_fixed_price' }),
    );
  });
});
