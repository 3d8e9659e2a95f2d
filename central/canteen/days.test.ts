import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Canteen, Settlement } from '../../protocol/staff/index.js';
import { createAudit } from '../audit/index.js';
import { createLedgerStore } from '../ledger/index.js';
import { onEachDatabase } from '../testing.js';
import { csvLine } from './csv.js';
import { createDays } from './days.js';
import { createTestCounter, type TestCounter } from './testing.js';

const hour_ms = 3_600_000;
const day = '2026-09-01';

onEachDatabase(dialect => {
  let at: TestCounter;
  let days: ReturnType<typeof createDays>;
  beforeEach(async () => {
    at = await createTestCounter(dialect);
    const { db, clock, live, config } = at.central;
    const parts = { clock, newId };
    const ledger = createLedgerStore(parts);
    const gallery = undefined as never;
    days = createDays({ ...parts, db, live, config, audit: createAudit(parts), gallery, ledger });
  });
  afterEach(() => at.close());

  const settlement = async (date = day) =>
    (await at.finance.get<Settlement>(`/canteens/North/days/${date}`)).body;
  const close = (date = day, body: object = {}) =>
    at.finance.call<Settlement>('POST', `/canteens/North/days/${date}/close`, body);
  const report = async (outboxDepth = 0) => {
    const device = await at.central.db
      .selectFrom('device')
      .select('last_sequence')
      .where('id', '=', at.till.id)
      .executeTakeFirstOrThrow();
    const answer = await at.till.send('/device/v1/status', {
      body: {
        softwareVersion: '1',
        packId: 'fake-32',
        camera: 'ok',
        disk: 'ok',
        galleryRevision: 0,
        galleryDigest: '0'.repeat(64),
        galleryPersons: 0,
        outboxDepth,
        lastSequence: device.last_sequence,
        memory_bytes: 1,
      },
    });
    expect(answer.status).toBe(200);
  };
  /** 08:00 UTC is 16:00 on the campus; the next day begins eight hours later. */
  const toNextDay = () => at.central.clock.advance(9 * hour_ms);

  test('the settlement of a day adds up, by till, wallet and period, and drills down to its transfers', async () => {
    const ann = await at.diner('ann', '50');
    await at.finance.post(`/people/${ann.id}/subsidies`, {
      requestId: newId(),
      amount: '4',
      reason: 'allowance',
      expiresAt: '2026-12-31T00:00:00.000Z',
    });
    await at.eat(ann, 1_000);
    await at.eat(ann, 1_500, { mode: 'offline', confirmedAt: '2026-09-01T04:00:00.000Z' });
    const [meal] = await at.transfers(ann);
    await at.finance.post('/refunds', {
      requestId: newId(),
      transferId: meal?.id,
      amount: '2',
      reason: 'wrong dish',
    });
    const { tills, total, periods } = await settlement();
    expect(total).toEqual({
      meals: 2,
      gross_minor: 2_500,
      refunded_minor: 200,
      net_minor: 2_300,
      cash_minor: 1_900,
      subsidy_minor: 400,
      offline: 1,
      flagged: 0,
      late: 0,
    });
    expect(tills).toMatchObject([{ tillId: at.till.placeId, ...total }]);
    expect(periods).toEqual([
      { period: 'dinner', meals: 1, net_minor: 1_000 },
      { period: 'lunch', meals: 1, net_minor: 1_300 },
    ]);
    const { body } = await at.finance.get<{ items: { kind: string; amount_minor: number }[] }>(
      `/transfers?canteen=North&businessDay=${day}&tillId=${at.till.placeId}`,
    );
    const signed = body.items.map(one => (one.kind === 'meal' ? one.amount_minor : -one.amount_minor));
    expect(signed.reduce((sum, amount) => sum + amount, 0)).toBe(2_300);
  });

  test('a day closes once it is over and every till has delivered; what comes later goes to the next open day', async () => {
    const bob = await at.diner('bob', '50');
    await at.eat(bob, 1_000);
    expect(await close()).toMatchObject({ status: 409, code: 'day_not_over' });
    toNextDay();
    expect(await close()).toMatchObject({ status: 409, code: 'tills_missing' });
    await report(1);
    expect(await close()).toMatchObject({ code: 'tills_missing' });
    await report(0);
    expect((await close()).body).toMatchObject({ closed: { by: 'finance', missingTills: [] } });
    expect(await close()).toMatchObject({ status: 200, body: { closed: { by: 'finance' } } });
    await at.eat(bob, 700, { mode: 'offline', confirmedAt: '2026-09-01T10:00:00.000Z' });
    expect((await at.transfers(bob))[0]).toMatchObject({
      mealDate: '2026-09-01',
      businessDay: '2026-09-02',
    });
    expect((await settlement()).total).toMatchObject({ meals: 1, net_minor: 1_000 });
    expect((await settlement('2026-09-02')).total).toMatchObject({ meals: 1, late: 1, net_minor: 700 });
  });

  test('a till that stays silent holds the day open for two days, or until somebody closes it without', async () => {
    const cat = await at.diner('cat', '50');
    await at.eat(cat, 1_000);
    toNextDay();
    await days.closeDue();
    expect((await settlement()).closed).toBeUndefined();
    expect((await close(day, { withoutMissing: true })).body.closed?.missingTills).toHaveLength(1);
    await at.eat(cat, 500);
    at.central.clock.advance(72 * hour_ms);
    await Promise.all([days.closeDue(), days.closeDue()]);
    expect((await settlement('2026-09-02')).closed).toMatchObject({ by: 'system' });
  });

  test('while a day is closed, meals go on: each is in the closed figures or in those of the next day', async () => {
    const dan = await at.diner('dan', '900');
    toNextDay();
    await report();
    const confirmedAt = '2026-09-01T10:00:00.000Z';
    const meals = Array.from({ length: 12 }, () =>
      at.till.event(at.meal(dan, newId(), 100, { mode: 'offline', confirmedAt })),
    );
    const deliver = async () => {
      for (const event of meals) await at.till.send('/device/v1/events', { body: { events: [event] } });
    };
    const [, closed] = await Promise.all([deliver(), close(day, { withoutMissing: true })]);
    const kept = await at.central.db.selectFrom('closed_day').select('settlement').executeTakeFirstOrThrow();
    const now = await settlement();
    expect(JSON.parse(kept.settlement)).toMatchObject({ total: now.total });
    expect(closed.body.total).toEqual(now.total);
    expect(now.total.meals + (await settlement('2026-09-02')).total.meals).toBe(12);
  });

  test('exports name every transfer, and no cell runs as a formula', async () => {
    const eve = await at.diner('eve', '50');
    await at.eat(eve, 1_000);
    const transfers = await at.finance.call<string>('GET', `/canteens/North/days/${day}/transfers.csv`);
    expect(transfers.headers['content-type']).toContain('text/csv');
    expect(transfers.body.split('\r\n')).toHaveLength(3);
    expect(transfers.body).toContain(',10.00,CNY,');
    const report = await at.finance.call<string>('GET', `/canteens/North/days/${day}/settlement.csv`);
    expect(report.body).toContain('total,CNY,1,10.00,0.00,10.00,10.00,0.00,0,0,0');
    for (const what of ['settlement', 'transfers']) {
      const workbook = await at.finance.call<string>('GET', `/canteens/North/days/${day}/${what}.xlsx`);
      expect(workbook.headers['content-disposition']).toContain(`${what}.xlsx`);
      expect(workbook.body.slice(0, 2)).toBe('PK');
    }
    expect(csvLine(['=1+1', '@a', '-5.00', 'a,"b"'])).toBe(`'=1+1,'@a,-5.00,"a,""b"""\r\n`);
  });

  test('a canteen has its own clock and periods; bad ones are refused', async () => {
    const cashier = await at.central.staff('canteen');
    const put = (body: object, name = 'North') => cashier.call<Canteen>('PUT', `/canteens/${name}`, body);
    const periods = [{ name: 'supper', from_min: 0, to_min: 1440 }];
    expect((await put({ timeZone: 'Europe/London', periods })).body).toEqual({
      name: 'North',
      timeZone: 'Europe/London',
      periods,
    });
    const fay = await at.diner('fay', '50');
    await at.eat(fay, 100, { confirmedAt: '2026-08-31T22:30:00.000Z', mode: 'offline' });
    expect((await at.transfers(fay))[0]).toMatchObject({ mealDate: '2026-08-31', mealPeriod: 'supper' });
    expect(await put({ timeZone: 'Mars/Base', periods })).toMatchObject({ code: 'time_zone_unknown' });
    const twice = [...periods, { name: 'late', from_min: 60, to_min: 120 }];
    expect(await put({ timeZone: 'UTC', periods: twice })).toMatchObject({ code: 'bad_periods' });
    expect(await put({ timeZone: 'UTC', periods }, 'Nowhere')).toMatchObject({ code: 'canteen_unknown' });
    expect(await at.finance.get('/canteens/Nowhere/days/2026-09-01')).toMatchObject({ status: 404 });
  });
});
