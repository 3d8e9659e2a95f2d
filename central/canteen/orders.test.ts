import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import { verifyLedger } from '../ledger/index.js';
import { onEachDatabase } from '../testing.js';
import { createTestCounter, type TestCounter } from './testing.js';

onEachDatabase(dialect => {
  let at: TestCounter;
  beforeAll(async () => {
    at = await createTestCounter(dialect);
  });
  afterAll(async () => {
    expect((await verifyLedger(at.central.db)).problem).toBeUndefined();
    await at.close();
  });

  test('a captured meal that comes a second time under another event id is not charged again', async () => {
    const ann = await at.diner('ann', '50');
    const orderId = newId();
    await at.authorise(ann, orderId, 1_000);
    const body = at.meal(ann, orderId, 1_000);
    const results = await at.till.push(body, { ...body, mode: 'offline' });
    expect(results[1]?.transferId).toBe(results[0]?.transferId);
    expect(await at.account(ann)).toMatchObject({ balance_minor: 4_000, held_minor: 0 });
  });

  test('a second meal of another amount under the same order id is refused and kept for people to look at', async () => {
    const bob = await at.diner('bob', '50');
    const orderId = newId();
    const [first, second] = await at.till.push(at.meal(bob, orderId, 1_000), at.meal(bob, orderId, 1_100));
    expect(first?.outcome).toBe('stored');
    expect(second).toMatchObject({ outcome: 'rejected', code: 'order_conflict' });
    expect(await at.account(bob)).toMatchObject({ balance_minor: 4_000 });
  });

  test('a meal whose order was cancelled was served all the same: it is posted and flagged', async () => {
    const cat = await at.diner('cat', '50');
    const orderId = newId();
    await at.authorise(cat, orderId, 1_000);
    await at.release(orderId);
    await at.till.push(at.meal(cat, orderId, 1_000));
    expect((await at.transfers(cat))[0]).toMatchObject({ flagged: true, flag: 'after-release' });
  });

  test('a meal that differs from its hold is posted as confirmed and flagged', async () => {
    const dan = await at.diner('dan', '50');
    const orderId = newId();
    await at.authorise(dan, orderId, 1_000);
    await at.till.push(at.meal(dan, orderId, 1_200));
    expect((await at.transfers(dan))[0]).toMatchObject({ amount_minor: 1_200, flag: 'hold-differs' });
    expect(await at.account(dan)).toMatchObject({ balance_minor: 3_800, held_minor: 0 });
  });

  test('a release that overtakes the question for the hold leaves nothing held', async () => {
    const eve = await at.diner('eve', '50');
    const orderId = newId();
    expect((await at.release(orderId)).body).toEqual({ orderId, outcome: 'not-held' });
    expect(await at.authorise(eve, orderId, 1_000)).toMatchObject({ status: 409, code: 'order_over' });
    expect(await at.account(eve)).toMatchObject({ held_minor: 0 });
  });

  test('a question for a hold that comes after its meal holds nothing', async () => {
    const fay = await at.diner('fay', '50');
    const orderId = await at.eat(fay, 1_000, { mode: 'offline' });
    expect(await at.authorise(fay, orderId, 1_000)).toMatchObject({ code: 'order_over' });
    expect(await at.account(fay)).toMatchObject({ balance_minor: 4_000, held_minor: 0 });
  });

  test('asking again gives the first answer, also when it would be another one by now', async () => {
    const gil = await at.diner('gil', '150');
    const orderId = newId();
    const first = await at.authorise(gil, orderId, 9_000);
    await at.till.push(at.meal(gil, orderId, 9_000));
    await at.eat(gil, 5_000);
    expect((await at.authorise(gil, orderId, 9_000)).body).toEqual(first.body);
    const refused = newId();
    expect((await at.authorise(gil, refused, 9_000)).body.kind).toBe('declined');
    await at.topUp(gil, '900');
    expect((await at.authorise(gil, refused, 9_000)).body.kind).toBe('declined');
  });

  test('what other tills hold counts against the day’s limit, even when they ask at once', async () => {
    const hal = await at.diner('hal', '900');
    const answers = await Promise.all(Array.from({ length: 10 }, () => at.authorise(hal, newId(), 6_000)));
    expect(answers.filter(answer => answer.body.kind === 'authorised')).toHaveLength(3);
  });

  test('another till can neither give back an order’s hold nor post its meal', async () => {
    const ida = await at.diner('ida', '50');
    const other = await at.central.addDevice('till');
    const orderId = newId();
    await at.authorise(ida, orderId, 1_000);
    expect(await at.release(orderId, other)).toMatchObject({ status: 403, code: 'wrong_till' });
    const [stolen] = await other.push(at.meal(ida, orderId, 1_000));
    expect(stolen).toMatchObject({ outcome: 'rejected', code: 'wrong_till' });
    expect(await at.account(ida)).toMatchObject({ balance_minor: 5_000, held_minor: 1_000 });
  });

  test('the meal, its hold and its cancellation from all sides at once end in one charge', async () => {
    const jon = await at.diner('jon', '50');
    const orderId = newId();
    const event = at.till.event(at.meal(jon, orderId, 1_000));
    const deliver = () => at.till.send('/device/v1/events', { body: { events: [event] } });
    await Promise.all([
      at.authorise(jon, orderId, 1_000),
      deliver(),
      at.release(orderId),
      at.authorise(jon, orderId, 1_000),
      deliver(),
      at.release(orderId),
    ]);
    await deliver();
    expect(await at.account(jon)).toMatchObject({ balance_minor: 4_000, held_minor: 0 });
  });

  test('a meal has the date and the period of the clock on the canteen’s wall', async () => {
    const kim = await at.diner('kim', '50');
    await at.eat(kim, 100, { confirmedAt: '2026-08-31T22:30:00.000Z', mode: 'offline' });
    await at.eat(kim, 100, { confirmedAt: '2026-08-31T20:30:00.000Z', mode: 'offline' });
    expect(await at.transfers(kim)).toMatchObject([
      { mealDate: '2026-09-01', businessDay: '2026-09-01' },
      { mealDate: '2026-09-01', mealPeriod: 'breakfast' },
      {},
    ]);
  });

  test('a till whose clock runs ahead does not book its meals into tomorrow', async () => {
    const lea = await at.diner('lea', '50');
    await at.eat(lea, 100, { confirmedAt: '2027-01-01T04:00:00.000Z' });
    expect((await at.transfers(lea))[0]).toMatchObject({ mealDate: '2026-09-01' });
  });

  test('lists narrow down by till, canteen, day and flag', async () => {
    const max = await at.diner('max');
    await at.eat(max, 700, { mode: 'offline' });
    const list = async (query: string) =>
      (await at.finance.get<{ items: { flagged: boolean; canteen: string }[] }>(`/transfers?${query}`)).body
        .items;
    const flagged = await list(`flagged=true&tillId=${at.till.placeId}&canteen=North&businessDay=2026-09-01`);
    expect(flagged.length).toBeGreaterThan(0);
    expect(flagged.every(one => one.flagged && one.canteen === 'North')).toBe(true);
    expect(await list('canteen=South')).toEqual([]);
  });
});
