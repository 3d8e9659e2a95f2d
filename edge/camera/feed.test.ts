import { expect, test } from 'vitest';
import type { CameraState, Frame, FrameSource } from '../contracts.js';
import { createManualClock } from '../testing/clock.js';
import { createRecordingLog } from '../testing/log.js';
import { cameraErrors } from './errors.js';
import { createCameraFeed } from './feed.js';

const frame = (sequence: number): Frame => ({ jpeg: Buffer.from([sequence]), sequence, capturedAt_ms: 0 });

type Script = (signal: AbortSignal) => AsyncIterable<Frame>;

/** A source that plays one script each time it is opened, then the last one again. */
function scripted(...scripts: readonly Script[]): FrameSource & { opened: number } {
  const source = {
    description: 'scripted',
    opened: 0,
    open(signal: AbortSignal) {
      const script = scripts[Math.min(source.opened++, scripts.length - 1)];
      if (!script) throw new Error('no script');
      return script(signal);
    },
  };
  return source;
}

const forever = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));

const missing: Script = async function* () {
  yield* [];
  throw cameraErrors.camera_not_found({ camera: '/dev/video9' });
};
const oneFrameAndHang: Script = async function* () {
  yield frame(1);
  await new Promise(() => undefined);
};
const twoFramesAndEnd: Script = async function* () {
  yield frame(0);
  yield frame(1);
};
const working: Script = async function* (signal) {
  yield frame(0);
  await forever(signal);
};
const hanging: Script = async function* () {
  yield* [];
  await new Promise(() => undefined);
};

function follow(source: FrameSource) {
  const clock = createManualClock();
  const log = createRecordingLog();
  const feed = createCameraFeed({ source, clock, log });
  const states: string[] = [];
  feed.onStateChange(state => states.push(state.kind === 'lost' ? state.code : state.kind));
  return { feed, clock, log, states };
}

test('a camera that is not there is reported once and tried again, after growing pauses, until it is', async () => {
  const source = scripted(...Array.from({ length: 8 }, () => missing), working);
  const { feed, clock, states } = follow(source);
  const openedAfter_s: number[] = [];
  for (let second = 0; second <= 122; second++) {
    while (openedAfter_s.length < source.opened) openedAfter_s.push(second);
    await clock.advance(1_000);
  }
  // 1, 2, 4, 8, 16, 30, 30, 30 s between attempts; counted in whole seconds from the first.
  expect(openedAfter_s.map((at, i) => at - (openedAfter_s[i - 1] ?? 0))).toEqual([
    0, 1, 2, 4, 8, 16, 30, 30, 30,
  ]);
  expect(states).toEqual(['camera_not_found', 'ok']);
  expect(feed.latest?.sequence).toBe(0);
  await feed.close();
});

test('the reason is there in both languages', async () => {
  const { feed, clock } = follow(scripted(missing));
  await clock.advance(0);
  expect(feed.state).toEqual<CameraState>({
    kind: 'lost',
    code: 'camera_not_found',
    en: 'No camera at /dev/video9',
    zh: '未找到摄像头 /dev/video9',
  });
  await feed.close();
});

test('a camera that freezes is closed and opened again, and its last picture is not shown on', async () => {
  const signals: AbortSignal[] = [];
  const source = scripted(
    signal => {
      signals.push(signal);
      return oneFrameAndHang(signal);
    },
    signal => working(signal),
  );
  const { feed, clock, states } = follow(source);
  await clock.advance(4_900);
  expect(feed.latest).toBeDefined();
  await clock.advance(200);
  expect(states).toEqual(['ok', 'camera_frozen']);
  expect(feed.latest).toBeUndefined();
  expect(signals[0]?.aborted).toBe(true);
  await clock.advance(1_000);
  expect(states).toEqual(['ok', 'camera_frozen', 'ok']);
  await feed.close();
});

test('a camera that takes its time to open is not taken for frozen, one that never opens is', async () => {
  let answer = (): void => undefined;
  const slow: Script = async function* (signal) {
    await new Promise<void>(resolve => {
      answer = resolve;
    });
    yield frame(0);
    await forever(signal);
  };
  const first = follow(scripted(slow));
  await first.clock.advance(15_000);
  answer();
  await first.clock.advance(100);
  expect(first.states).toEqual(['ok']);
  await first.feed.close();
  const second = follow(scripted(hanging));
  await second.clock.advance(19_000);
  expect(second.states).toEqual([]);
  await second.clock.advance(2_000);
  expect(second.states).toEqual(['camera_frozen']);
  await second.feed.close();
});

test('a stream that just ends is a lost camera, and the frames are numbered on after it', async () => {
  const { feed, clock, states } = follow(scripted(twoFramesAndEnd, working));
  await clock.advance(500);
  expect(states).toEqual(['ok', 'camera_lost']);
  await clock.advance(1_000);
  expect(states).toEqual(['ok', 'camera_lost', 'ok']);
  expect(feed.latest?.sequence).toBe(2);
  await feed.close();
});

test('neither a source that cannot be opened nor a listener that fails ends the feed', async () => {
  const source = scripted(() => {
    throw new Error('out of file descriptors');
  }, working);
  const { feed, clock, log } = follow(source);
  feed.onStateChange(() => {
    throw new Error('a bug elsewhere');
  });
  await clock.advance(2_000);
  expect(feed.state).toEqual({ kind: 'ok' });
  expect(log.lines.filter(line => line.level === 'error')).toHaveLength(2);
  await feed.close();
});

test('a consumer that is slower than the camera gets the newest frame, not a queue', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>(resolve => {
    release = resolve;
  });
  const burst: Script = async function* (signal) {
    yield frame(0);
    await gate;
    for (let sequence = 1; sequence <= 100; sequence++) yield frame(sequence);
    await forever(signal);
  };
  const { feed } = follow(scripted(burst));
  const done = new AbortController();
  const seen: number[] = [];
  for await (const one of feed.frames(done.signal)) {
    seen.push(one.sequence);
    if (one.sequence === 100) done.abort();
    release();
    // The consumer is busy while the camera goes on.
    await new Promise(resolve => setImmediate(resolve));
  }
  expect(seen.length).toBeLessThan(10);
  expect(seen.at(-1)).toBe(100);
  await feed.close();
});

test('closing ends a feed whose source hangs, and everybody who waits for its frames', async () => {
  const { feed } = follow(scripted(hanging));
  const waiting = (async () => {
    for await (const _ of feed.frames(new AbortController().signal));
  })();
  await feed.close();
  await waiting;
});

test('a hundred thousand frames leave nothing behind', async () => {
  const count = 100_000;
  let heapMiddle = 0;
  const collect = (globalThis as { gc?: () => void }).gc;
  const many: Script = async function* (signal) {
    for (let sequence = 0; sequence < count; sequence++) {
      if (sequence === count / 2) {
        collect?.();
        heapMiddle = process.memoryUsage().heapUsed;
      }
      yield { jpeg: Buffer.alloc(10), sequence, capturedAt_ms: 0 };
    }
    await forever(signal);
  };
  const { feed, clock } = follow(scripted(many));
  while (feed.latest?.sequence !== count - 1) await clock.advance(0);
  collect?.();
  const grown_bytes = process.memoryUsage().heapUsed - heapMiddle;
  // Half of the frames with a timer or a listener each would be tens of megabytes.
  expect(grown_bytes).toBeLessThan(20 * 1024 * 1024);
  await feed.close();
});
