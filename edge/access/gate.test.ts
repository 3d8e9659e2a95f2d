import { describe, expect, it } from 'vitest';
import type { EventBody, GateSettings } from '../../protocol/index.js';
import { createMetrics } from '../metrics.js';
import { createManualClock } from '../testing/clock.js';
import { accessPointId, galleryOf, idOf, personOf } from '../testing/faces.js';
import { createRecordingLog } from '../testing/log.js';
import { identified, pending, refused, type Shown, sightingAt } from '../testing/sightings.js';
import { createGate } from './gate.js';

const settings: GateSettings = {
  accessPoint: { id: accessPointId, name: 'North 3', direction: 'in' },
  fpir: 0.01,
  relayPulse_ms: 3_000,
  timeZone: 'Asia/Shanghai',
};

function setUp() {
  const clock = createManualClock();
  const metrics = createMetrics();
  const gallery = galleryOf(personOf(1), personOf(2), personOf(3, { access: [] }));
  const done: string[] = [];
  const events: EventBody[] = [];
  let diskFull = false;
  let stuck = false;
  let rules: GateSettings | undefined = settings;
  const gate = createGate({
    door: {
      state: 'ok',
      async open(pulse_ms) {
        if (stuck) throw new Error('stuck');
        done.push(`open ${pulse_ms}`);
      },
      async close() {},
    },
    store: {
      append(body) {
        if (diskFull) throw new Error('disk full');
        done.push('append');
        events.push(body);
        return {} as never;
      },
    },
    sync: { wake: () => void done.push('wake') },
    gallery,
    settings: () => rules,
    clock,
    clockTrusted: () => true,
    log: createRecordingLog(),
    metrics,
  });
  const see = async (...shown: Shown[]) => {
    await clock.advance(100);
    await gate.seen(sightingAt(clock, ...shown));
    return gate.phase();
  };
  return {
    ...{ clock, metrics, gallery, done, events, gate, see },
    fillDisk: (full: boolean) => {
      diskFull = full;
    },
    stickDoor: () => {
      stuck = true;
    },
    unsettle: () => {
      rules = undefined;
    },
  };
}

describe('a gate', () => {
  it('opens first, then records, then wakes the synchronisation', async () => {
    const { see, done, events } = setUp();
    expect(await see({ track: 1, verdict: identified(1) })).toEqual({
      name: 'granted',
      displayName: 'Person 1',
    });
    expect(done).toEqual(['open 3000', 'append', 'wake']);
    expect(events).toMatchObject([
      { kind: 'access', accessPointId, decision: 'grant', reason: 'granted', personId: idOf(1) },
    ]);
  });

  it('decides once an approach, however long somebody stands there', async () => {
    const { see, done } = setUp();
    for (let i = 0; i < 100; i++) await see({ track: 1, verdict: identified(1) });
    expect(done).toEqual(['open 3000', 'append', 'wake']);
  });

  it('takes somebody who was out of sight for a moment for the same approach, and after two seconds for a new one', async () => {
    const { see, clock, events } = setUp();
    await see({ track: 1, verdict: identified(1) });
    await clock.advance(1_000);
    await see({ track: 2, verdict: identified(1) });
    expect(events).toHaveLength(1);
    await clock.advance(3_000);
    await see({ track: 3, verdict: identified(1) });
    expect(events).toHaveLength(2);
  });

  it('decides on each of several people who come together', async () => {
    const { see, events, done } = setUp();
    await see(
      { track: 1, verdict: identified(1), x: 100 },
      { track: 2, verdict: identified(2), x: 500 },
      { track: 3, verdict: refused('unknown'), x: 900 },
      { track: 4, verdict: pending, x: 1_100 },
    );
    expect(events.map(event => event.kind === 'access' && event.reason)).toEqual([
      'granted',
      'granted',
      'unknown-person',
    ]);
    expect(done.filter(one => one === 'open 3000')).toHaveLength(2);
  });

  it.each([
    ['unknown', 'unknown-person'],
    ['unsure', 'unsure'],
    ['not-live', 'not-live'],
  ] as const)('refuses a face that is %s, without a name and without opening', async (kind, reason) => {
    const { see, events, done } = setUp();
    expect(await see({ track: 1, verdict: refused(kind) })).toEqual({ name: 'denied', reason });
    expect(done).toEqual(['append', 'wake']);
    expect(events[0]).not.toHaveProperty('personId');
  });

  it('names the person and the reason when it knows who may not pass', async () => {
    const { see, events } = setUp();
    expect(await see({ track: 1, verdict: identified(3) })).toEqual({
      name: 'denied',
      reason: 'no-permission',
      displayName: 'Person 3',
    });
    expect(events).toMatchObject([{ decision: 'deny', personId: idOf(3) }]);
  });

  it('lets somebody in who is given leave while standing there, and does not repeat the refusal otherwise', async () => {
    const { see, gallery, events } = setUp();
    await see({ track: 1, verdict: identified(3) });
    gallery.setRevision(2);
    await see({ track: 1, verdict: identified(3) });
    expect(events).toHaveLength(1);
    gallery.upsert(personOf(3));
    gallery.setRevision(3);
    expect(await see({ track: 1, verdict: identified(3) })).toMatchObject({ name: 'granted' });
    expect(events).toMatchObject([{ decision: 'deny' }, { decision: 'grant' }]);
  });

  it('records a grant although the door does not open, and counts the door', async () => {
    const { see, events, metrics, stickDoor } = setUp();
    stickDoor();
    await see({ track: 1, verdict: identified(1) });
    expect(events).toHaveLength(1);
    expect(metrics.text({})).toContain('porter_door_failures_total 1');
  });

  it('opens with a full disk, keeps the entry, and records it once when there is room', async () => {
    const { see, gate, done, events, fillDisk } = setUp();
    fillDisk(true);
    await see({ track: 1, verdict: identified(1) });
    expect(done).toEqual(['open 3000']);
    gate.tick();
    fillDisk(false);
    gate.tick();
    gate.tick();
    expect(events).toHaveLength(1);
  });

  it('without settings decides nothing', async () => {
    const { see, done, unsettle } = setUp();
    unsettle();
    expect(await see({ track: 1, verdict: identified(1) })).toEqual({ name: 'looking' });
    expect(done).toEqual([]);
  });

  it('measures from the first sight to the relay', async () => {
    const { see, metrics } = setUp();
    await see({ track: 1, verdict: identified(1) });
    expect(metrics.text({})).toContain('porter_visible_to_relay_ms{quantile="0.5"} 400.0');
  });
});

describe('the gate’s screen', () => {
  it('looks while somebody is undecided, and is idle without anybody', async () => {
    const { see } = setUp();
    expect(await see()).toEqual({ name: 'idle' });
    expect(await see({ track: 1, verdict: pending })).toEqual({ name: 'looking' });
  });

  it('shows the outcome for three seconds after the person has gone', async () => {
    const { see, clock, gate } = setUp();
    await see({ track: 1, verdict: identified(1) });
    await see();
    await clock.advance(2_800);
    expect(gate.phase().name).toBe('granted');
    await clock.advance(200);
    expect(gate.phase()).toEqual({ name: 'idle' });
  });

  it('keeps the outcome while the person stands there', async () => {
    const { see } = setUp();
    await see({ track: 1, verdict: refused('unknown') });
    for (let i = 0; i < 60; i++) {
      expect((await see({ track: 1, verdict: refused('unknown') })).name).toBe('denied');
    }
  });

  it('returns to the outcome of who still stands there when others have come and gone', async () => {
    const { see, clock } = setUp();
    const anna: Shown = { track: 1, verdict: identified(1) };
    await see(anna);
    await clock.advance(1_500);
    await see(anna, { track: 2, verdict: refused('unknown'), x: 900 });
    await clock.advance(3_000);
    expect(await see(anna, { track: 2, verdict: refused('unknown'), x: 900, unseen: true })).toEqual({
      name: 'granted',
      displayName: 'Person 1',
    });
  });

  it('turns to the next person after a second and a half', async () => {
    const { see, clock } = setUp();
    await see({ track: 1, verdict: identified(1) });
    expect((await see({ track: 2, verdict: pending })).name).toBe('granted');
    await clock.advance(1_500);
    expect(await see({ track: 2, verdict: pending })).toEqual({ name: 'looking' });
  });
});
