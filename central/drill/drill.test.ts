import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangesPage, DrillEvent, DrillKind } from '../../protocol/index.js';
import type { Drill, DrillReport } from '../../protocol/staff/index.js';
import { createTestCentral, onEachDatabase, type TestCentral, type TestDevice } from '../testing.js';
import { atMost, figuresOf } from './rates.js';

describe('the rates', () => {
  const counts = (presented: number, passed: number, stopped: number) => ({
    ...{ presented, passed, stopped },
    noResponse: presented - passed - stopped,
  });

  it('take the worst kind of attack, and count people without an answer as refused, attacks as kept out', () => {
    const figures = figuresOf([
      { presented: 'print', counts: counts(10, 1, 9) },
      { presented: 'print', counts: counts(10, 0, 8) },
      { presented: 'screen', counts: counts(5, 2, 3) },
      { presented: 'live', counts: counts(20, 18, 1) },
    ]);
    expect(figures.apcer.map(one => one.rate)).toEqual([0.05, 0.4, undefined]);
    expect(figures.worstApcer).toBe(0.4);
    expect(figures.bpcer).toMatchObject({ rate: 0.1, counts: { presented: 20, noResponse: 1 } });
    expect(figuresOf([]).worstApcer).toBeUndefined();
  });

  it('say how little few presentations prove: none of ten may still be 28 %', () => {
    expect(atMost(0, 10)).toBeCloseTo(0.278, 3);
    expect(atMost(0, 100)).toBeCloseTo(0.037, 3);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }), (count, more) => {
        const hits = Math.min(count, more);
        expect(atMost(hits, count)).toBeGreaterThanOrEqual(hits / count);
        expect(atMost(hits, count)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

onEachDatabase(dialect => {
  let central: TestCentral;
  let gate: TestDevice;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
    gate = await central.addDevice('gate');
  });
  afterEach(() => central.close());

  const begin = async (presented: DrillKind, minutes = 10) =>
    (await central.staff('supervisor')).post<Drill>(`/devices/${gate.id}/drills`, { presented, minutes });
  const report = async () =>
    (await (await central.staff('supervisor')).get<DrillReport>(`/devices/${gate.id}/drills`)).body;
  const toldOf = async () => {
    const { body } = await gate.send<ChangesPage>('/device/v1/gallery/changes?after=0');
    return body.settings.gate?.drill;
  };
  const shown = (drill: Drill, outcome: DrillEvent['outcome'], change: Partial<DrillEvent> = {}) => ({
    ...{ kind: 'drill', drillId: drill.id, accessPointId: gate.placeId, presented: drill.presented, outcome },
    ...{ liveness: 0.2, threshold: 0.4, frames: 5, watched_ms: 1_200, doubts: ['border'] },
    ...change,
  });

  it('a gate hears of its drill, and no longer when it has ended by itself or by hand', async () => {
    expect(await toldOf()).toBeUndefined();
    const print = await begin('print', 10);
    expect(await toldOf()).toMatchObject({ id: print.id, presented: 'print', endsAt: print.endsAt });
    central.clock.advance(10 * 60_000);
    expect(await toldOf()).toBeUndefined();
    const screen = await begin('screen');
    const supervisor = await central.staff('supervisor');
    await supervisor.post(`/drills/${screen.id}/end`, {});
    expect(await toldOf()).toBeUndefined();
    expect((await report()).drills.map(one => one.running)).toEqual([false, false]);
  });

  it('a drill wakes the gate that waits for news', async () => {
    const { body } = await gate.send<ChangesPage>('/device/v1/gallery/changes?after=0');
    const query = `after=${body.revision}&settings=${body.settingsHash}&wait_ms=20000`;
    const waiting = gate.send<ChangesPage>(`/device/v1/gallery/changes?${query}`);
    await begin('mask');
    expect((await waiting).body.settings.gate?.drill?.presented).toBe('mask');
  });

  it('one drill runs at a gate: the next ends it', async () => {
    await begin('live');
    const print = await begin('print');
    expect((await toldOf())?.id).toBe(print.id);
    const { drills } = await report();
    expect(drills.map(({ presented, running }) => [presented, running])).toEqual([
      ['print', true],
      ['live', false],
    ]);
  });

  it('presentations make the gate’s figures, each counted once, also those that come late', async () => {
    const print = await begin('print');
    const first = gate.event(shown(print, 'passed'));
    const send = () => gate.send('/device/v1/events', { body: { events: [first] } });
    await send();
    await send();
    const live = await begin('live');
    await gate.push(shown(print, 'stopped'), shown(live, 'passed'), shown(live, 'no-response'));
    const { apcer, bpcer, worstApcer, drills } = await report();
    expect(apcer[0]).toMatchObject({ presented: 'print', rate: 0.5, counts: { presented: 2, passed: 1 } });
    expect(bpcer).toMatchObject({ rate: 0.5, counts: { presented: 2, noResponse: 1 } });
    expect(worstApcer).toBe(0.5);
    expect(drills.map(one => one.counts.presented)).toEqual([2, 2]);
  });

  it('a presentation of another gate’s drill, or of another kind than was asked for, is rejected', async () => {
    const print = await begin('print');
    const other = await central.addDevice('gate');
    const [foreign] = await other.push({ ...shown(print, 'passed'), accessPointId: other.placeId });
    const [wrong] = await gate.push(shown(print, 'passed', { presented: 'live' }));
    expect([foreign, wrong]).toMatchObject([
      { outcome: 'rejected', code: 'drill_not_found' },
      { outcome: 'rejected', code: 'drill_not_found' },
    ]);
    expect((await report()).apcer[0]?.counts.presented).toBe(0);
  });

  it('is for supervisors and gates alone', async () => {
    const canteen = await central.staff('canteen');
    expect((await canteen.call('POST', `/devices/${gate.id}/drills`, { presented: 'print' })).status).toBe(
      403,
    );
    const supervisor = await central.staff('supervisor');
    const till = await central.addDevice('till');
    const refused = await supervisor.call('POST', `/devices/${till.id}/drills`, { presented: 'print' });
    expect(refused).toMatchObject({ status: 409, code: 'drill_needs_gate' });
    const odd = await supervisor.call('POST', `/devices/${gate.id}/drills`, { presented: 'hologram' });
    expect(odd.status).toBe(400);
  });
});
