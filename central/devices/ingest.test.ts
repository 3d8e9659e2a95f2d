import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EventBatchResult, newId, sealEvent } from '../../protocol/index.js';
import type { Device, Entry, LiveEvent, PairingCode } from '../../protocol/staff/index.js';
import {
  createTestCentral,
  createTestDevice,
  onEachDatabase,
  pair,
  someEvidence,
  type TestCentral,
  type TestDevice,
} from '../testing.js';
import type { CreateLedger, MealToPost } from './contracts.js';

onEachDatabase(dialect => {
  let central: TestCentral;
  let gate: TestDevice;
  let posted: MealToPost[];

  /** Posts every meal but those of 6.66. */
  const createLedger: CreateLedger = () => ({
    mealSink: {
      postMeal: async (trx, meal) => {
        await trx.insertInto('meta').values({ key: meal.body.orderId, value: 'posted' }).execute();
        if (meal.body.amount_minor === 666) {
          throw Object.assign((await import('../people/index.js')).peopleErrors.person_not_found());
        }
        posted.push(meal);
        return { transferId: meal.body.orderId, balance_minor: 100, flagged: false };
      },
    },
    staffRoutes: () => {},
    deviceRoutes: () => {},
    mealsBetween: async () => ({ count: 0, total_minor: 0 }),
  });

  beforeEach(async () => {
    posted = [];
    central = await createTestCentral({ dialect, createLedger });
    gate = await central.addDevice('gate');
  });
  afterEach(() => central.close());

  const grant = (change: object = {}) => ({
    kind: 'access',
    accessPointId: gate.placeId,
    decision: 'grant',
    reason: 'granted',
    credential: 'face',
    evidence: someEvidence,
    ...change,
  });
  const send = (device: TestDevice, events: unknown[]) =>
    device.send<EventBatchResult>('/device/v1/events', { body: { events } });
  const entries = async () => (await (await central.staff()).get<{ items: Entry[] }>('/entries')).body.items;
  const stateOf = async (id: string) =>
    (await (await central.staff()).get<{ items: Device[] }>('/devices')).body.items.find(
      device => device.id === id,
    )?.state;

  test('an entry arrives with the names of its person and access point, and live', async () => {
    const person = await central.addEnrolled('Ada Lovelace');
    const seen: LiveEvent[] = [];
    central.live.subscribe(event => seen.push(event));
    const [result] = await gate.push(grant({ personId: person.id }));
    expect(result).toMatchObject({ outcome: 'stored', sequence: 1 });
    const [entry] = await entries();
    expect(entry).toMatchObject({
      deviceId: gate.id,
      direction: 'in',
      decision: 'grant',
      reason: 'granted',
      personName: 'Ada Lovelace',
      studentNumber: person.studentNumber,
      evidence: someEvidence,
    });
    expect(seen.filter(event => event.kind === 'entry')).toEqual([{ kind: 'entry', entry }]);
  });

  test('however often a batch is sent, each event takes effect once and gets the stored result', async () => {
    const events = [
      gate.event(grant()),
      gate.event(grant()),
      gate.event(grant({ decision: 'deny', reason: 'unsure' })),
    ];
    const first = await send(gate, events);
    expect(first.body.results.map(result => result.outcome)).toEqual(['stored', 'stored', 'stored']);
    const again = await send(gate, events);
    expect(again.body.results.map(result => result.outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    const atOnce = await Promise.all([send(gate, events), send(gate, events)]);
    expect(atOnce.map(answer => answer.status)).toEqual([200, 200]);
    expect(await entries()).toHaveLength(3);
  });

  test('a batch that two requests carry at once is stored once', async () => {
    const events = Array.from({ length: 5 }, () => gate.event(grant()));
    const answers = await Promise.all([send(gate, events), send(gate, events), send(gate, events)]);
    const outcomes = answers.flatMap(answer => answer.body.results.map(result => result.outcome));
    expect(outcomes.filter(outcome => outcome === 'stored')).toHaveLength(5);
    expect(outcomes.filter(outcome => outcome === 'duplicate')).toHaveLength(10);
    expect(await entries()).toHaveLength(5);
  });

  test('another body under a known sequence quarantines the device: it was cloned', async () => {
    const first = gate.event(grant());
    await send(gate, [first]);
    const { hash: _, ...plain } = first;
    const other = sealEvent({ ...plain, id: newId() });
    expect((await send(gate, [other])).body.results).toMatchObject([
      { outcome: 'quarantined', code: 'chain_broken' },
    ]);
    expect(await stateOf(gate.id)).toBe('quarantined');
    expect((await gate.push(grant()))[0]).toMatchObject({ outcome: 'quarantined' });
    expect(await gate.send('/device/v1/gallery/changes')).toMatchObject({
      status: 403,
      code: 'device_quarantined',
    });
    expect(await entries()).toHaveLength(1);
  });

  test('an event that does not match its hash, or hangs on another chain, quarantines the device', async () => {
    const altered = { ...gate.event(grant()), at: '2020-01-01T00:00:00.000Z' };
    expect((await send(gate, [altered])).body.results).toMatchObject([
      { outcome: 'quarantined', code: 'event_altered' },
    ]);
    const other = await central.addDevice('gate');
    const strange = other.event(grant(), { previousHash: 'f'.repeat(64) });
    expect((await send(other, [strange])).body.results).toMatchObject([
      { outcome: 'quarantined', code: 'chain_broken' },
    ]);
    expect(await entries()).toEqual([]);
  });

  test('an event may not carry the id of one of another device', async () => {
    const other = await central.addDevice('gate');
    const first = gate.event(grant());
    await send(gate, [first]);
    const thief = other.event(grant(), { id: first.id });
    expect((await send(other, [thief])).body.results[0]?.outcome).toBe('quarantined');
    expect(await stateOf(gate.id)).toBe('online');
  });

  test('a missing event is asked for, and nothing is lost', async () => {
    const [one, two, three] = [gate.event(grant()), gate.event(grant()), gate.event(grant())];
    expect(await send(gate, [two])).toMatchObject({
      status: 409,
      code: 'sequence_gap',
      error: { params: { expected: 1 } },
    });
    const partial = await send(gate, [one, three]);
    expect(partial.body.results).toHaveLength(1);
    expect((await send(gate, [two, three])).body.results.map(result => result.outcome)).toEqual([
      'stored',
      'stored',
    ]);
    expect(await stateOf(gate.id)).toBe('online');
  });

  test('an event that makes no sense is kept as rejected and does not hold up the next', async () => {
    const results = await gate.push(
      { kind: 'levitation' },
      grant({ accessPointId: newId() }),
      grant({ personId: newId() }),
      grant(),
    );
    expect(results.map(result => result.code ?? result.outcome)).toEqual([
      'event_unusable',
      'place_not_found',
      'person_not_found',
      'stored',
    ]);
    const kept = await central.db
      .selectFrom('device_event')
      .select(['sequence', 'kind'])
      .orderBy('sequence')
      .execute();
    expect(kept.map(row => row.kind)).toEqual(['levitation', 'access', 'access', 'access']);
  });

  test('a batch without the fields of an envelope is refused whole', async () => {
    expect(await send(gate, [{ id: 'x' }])).toMatchObject({ status: 400, code: 'invalid_input' });
    expect((await send(gate, [])).code).toBe('invalid_input');
  });

  test('meals go to the ledger once; what it refuses is undone and marked', async () => {
    const till = await central.addDevice('till');
    const person = await central.addEnrolled('ada');
    const meal = (amount_minor: number) => ({
      kind: 'meal',
      orderId: newId(),
      tillId: till.placeId,
      personId: person.id,
      amount_minor,
      currency: 'CNY',
      confirmedAt: '2026-09-01T08:00:00.000Z',
      mode: 'offline',
      evidence: someEvidence,
    });
    const [good, bad] = [meal(1250), meal(666)];
    const events = [till.event(good), till.event(bad)];
    const first = await send(till, events);
    expect(first.body.results).toMatchObject([
      { outcome: 'stored', transferId: good.orderId, balance_minor: 100 },
      { outcome: 'rejected', code: 'person_not_found' },
    ]);
    expect((await send(till, events)).body.results[0]).toMatchObject({
      outcome: 'duplicate',
      transferId: good.orderId,
    });
    expect(posted).toHaveLength(1);
    const written = await central.db.selectFrom('meta').select('key').where('value', '=', 'posted').execute();
    expect(written).toEqual([{ key: good.orderId }]);
    expect((await gate.push(good))[0]).toMatchObject({ outcome: 'rejected', code: 'wrong_device_kind' });
    expect((await till.push(grant()))[0]).toMatchObject({ outcome: 'rejected', code: 'wrong_device_kind' });
  });

  test('a device that is paired anew and kept its store goes on where it was', async () => {
    await gate.push(grant(), grant());
    const admin = await central.staff();
    const { code } = await admin.post<PairingCode>(`/devices/${gate.id}/pairing-code`);
    const { privateKey } = await pair(central.app, code);
    const again = createTestDevice({ ...central, id: gate.id, placeId: gate.placeId, privateKey });
    expect((await send(again, [gate.event(grant())])).body.results).toMatchObject([
      { outcome: 'stored', sequence: 3 },
    ]);
    const restarted = again.event(grant());
    expect((await send(again, [restarted])).body.results[0]?.outcome).toBe('quarantined');
  });

  test('a replaced device begins a chain of its own and ends the quarantine', async () => {
    await gate.push(grant());
    await send(gate, [{ ...gate.event(grant()), at: '2020-01-01T00:00:00.000Z' }]);
    const admin = await central.staff();
    const { code } = await admin.post<PairingCode>(`/devices/${gate.id}/pairing-code`);
    const { privateKey } = await pair(central.app, code);
    const replaced = createTestDevice({ ...central, id: gate.id, placeId: gate.placeId, privateKey });
    expect((await replaced.push(grant()))[0]).toMatchObject({ outcome: 'stored', sequence: 1 });
    expect(await stateOf(gate.id)).toBe('online');
    expect((await gate.send('/device/v1/gallery/changes')).code).toBe('signature_invalid');
  });
});
