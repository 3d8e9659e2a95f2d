import { describe, expect, it } from 'vitest';
import type { DrillEvent, EventBody, GateSettings } from '../../protocol/index.js';
import { createManualClock } from '../testing/clock.js';
import { accessPointId, embeddingOf, faceOf, idOf } from '../testing/faces.js';
import { createRecordingLog } from '../testing/log.js';
import { judgeLiveness, type Sighting } from '../vision/index.js';
import { createDrill } from './drill.js';

interface Presented {
  readonly track: number;
  readonly score: number;
  /** Usable looks so far. */
  readonly looks: number;
  readonly since_ms?: number;
  readonly size?: number;
}

function setUp() {
  const clock = createManualClock();
  const log = createRecordingLog();
  const events: EventBody[] = [];
  let settings: GateSettings | undefined;
  let isDiskFull = false;
  let trusted = true;
  const drill = createDrill({
    settings: () => settings,
    store: {
      append(body) {
        if (isDiskFull) throw new Error('disk full');
        events.push(body);
        return {} as never;
      },
    },
    sync: { wake() {} },
    policy: { required: true, threshold: 0.4 },
    ...{ clock, log },
    clockTrusted: () => trusted,
  });
  const begin = (presented: DrillEvent['presented'], minutes = 10, id = idOf(77)) => {
    settings = {
      accessPoint: { id: accessPointId, name: 'North 3', direction: 'in' },
      ...{ fpir: 0.01, relayPulse_ms: 3_000, timeZone: 'Asia/Shanghai' },
      drill: { id, presented, endsAt: new Date(clock.now_ms() + minutes * 60_000).toISOString() },
    };
  };
  const trackOf = ({ track, score, looks, since_ms = 2_000, size = 200 }: Presented) => {
    const at_ms = clock.monotonic_ms();
    return {
      id: track,
      face: faceOf({ size }),
      velocity: { x: 0, y: 0 },
      firstSeen_ms: at_ms - since_ms,
      lastSeen_ms: at_ms,
      frames: 5,
      looks: Array.from({ length: looks }, () => ({
        at_ms,
        embedding: embeddingOf(1),
        quality: 1,
        liveness: score,
      })),
    };
  };
  const see = (shown: readonly Presented[], ended: readonly Presented[] = []): void => {
    const sighting: Sighting = {
      at_ms: clock.monotonic_ms(),
      ...{ width: 1_280, height: 720 },
      ended: ended.map(trackOf),
      times_ms: { decode: 0, detect: 0, landmarks: 0, quality: 0, liveness: 0, align: 0, embed: 0 },
      people: shown.map(one => ({
        track: trackOf(one),
        verdict: { kind: 'pending' },
        liveness: judgeLiveness([{ at_ms: 0, landmarks: [], score: one.score }]),
      })),
    };
    drill.seen(sighting);
  };
  return {
    ...{ clock, log, events, drill, begin, see },
    fillDisk: () => {
      isDiskFull = true;
    },
    distrustClock: () => {
      trusted = false;
    },
    outcomes: () => events.map(event => event.kind === 'drill' && event.outcome),
  };
}

describe('a drill', () => {
  it('records what is held up, once an approach: stopped, passed, and gone too soon', () => {
    const { begin, see, drill, events, outcomes } = setUp();
    begin('print');
    expect(drill.phase()).toEqual({ name: 'drill', presented: 'print', count: 0 });
    const print = { track: 1, score: 0.1, looks: 5 };
    for (let i = 0; i < 5; i++) see([print]);
    see([{ track: 2, score: 0.9, looks: 3 }], [print]);
    see([{ track: 3, score: 0.1, looks: 2 }]);
    see([], [{ track: 3, score: 0.1, looks: 2 }]);
    expect(outcomes()).toEqual(['stopped', 'passed', 'no-response']);
    expect(events[0]).toMatchObject({ presented: 'print', liveness: 0.1, threshold: 0.4, accessPointId });
    expect(events[0]).not.toHaveProperty('personId');
    expect(drill.phase()).toEqual({ name: 'drill', presented: 'print', count: 3, last: 'no-response' });
  });

  it('gives a weak look the time that a gate would give it', () => {
    const { begin, see, outcomes } = setUp();
    begin('screen');
    see([{ track: 1, score: 0.1, looks: 4 }]);
    see([{ track: 1, score: 0.1, looks: 5, since_ms: 900 }]);
    expect(outcomes()).toEqual([]);
    see([{ track: 1, score: 0.1, looks: 5, since_ms: 1_000 }]);
    expect(outcomes()).toEqual(['stopped']);
  });

  it('looks at what is in front, not at who holds it, and not at who stood there before it began', () => {
    const { begin, see, outcomes } = setUp();
    see([{ track: 1, score: 0.9, looks: 5 }]);
    begin('print');
    see([{ track: 1, score: 0.9, looks: 5 }]);
    expect(outcomes()).toEqual([]);
    see([
      { track: 2, score: 0.9, looks: 5, size: 90 },
      { track: 3, score: 0.1, looks: 5, size: 200 },
    ]);
    expect(outcomes()).toEqual(['stopped']);
  });

  it('begins to count anew with the next drill', () => {
    const { begin, see, drill } = setUp();
    begin('print');
    see([{ track: 1, score: 0.1, looks: 5 }]);
    begin('live', 10, idOf(78));
    expect(drill.running).toBe(true);
    expect(drill.phase()).toEqual({ name: 'drill', presented: 'live', count: 0 });
  });

  it('is over at its time, also when central is not heard, and after half an hour without a clock', async () => {
    const { begin, drill, clock, distrustClock } = setUp();
    expect(drill.running).toBe(false);
    begin('print', 10);
    expect(drill.running).toBe(true);
    await clock.advance(10 * 60_000);
    expect(drill.running).toBe(false);
    distrustClock();
    expect(drill.running).toBe(true);
    await clock.advance(20 * 60_000);
    expect(drill.running).toBe(false);
  });

  it('goes on with a full disk, and says so', () => {
    const { begin, see, log, drill, fillDisk } = setUp();
    begin('mask');
    fillDisk();
    see([{ track: 1, score: 0.1, looks: 5 }]);
    expect(drill.phase().count).toBe(1);
    expect(JSON.stringify(log)).toContain('could not be recorded');
  });
});
