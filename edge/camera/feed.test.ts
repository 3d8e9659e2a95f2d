import { expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import type { CameraFeed, CameraState, Frame, FrameSource } from '../contracts.js';
import { cameraErrors } from './errors.js';
import { createCameraFeed } from './feed.js';

const log = { info() {}, warn() {}, error() {} };
const frame = (sequence: number): Frame => ({ jpeg: Buffer.from([sequence]), sequence, capturedAt_ms: 0 });

/** A source that plays one script each time it is opened, then the last one again. */
function scripted(
  ...scripts: readonly ((signal: AbortSignal) => AsyncIterable<Frame>)[]
): FrameSource & { opened: number } {
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

function follow(source: FrameSource): {
  feed: CameraFeed;
  state: (kind: CameraState['kind']) => Promise<CameraState>;
} {
  const feed = createCameraFeed({
    source,
    clock: systemClock,
    log,
    watchdog_ms: 60,
    retryFirst_ms: 5,
    retryMost_ms: 20,
  });
  const state = (kind: CameraState['kind']): Promise<CameraState> =>
    feed.state.kind === kind
      ? Promise.resolve(feed.state)
      : new Promise(resolve => feed.onStateChange(next => next.kind === kind && resolve(next)));
  return { feed, state };
}

test('a camera that is not there is reported and tried again until it is', async () => {
  const missing = async function* (): AsyncIterable<Frame> {
    yield* [];
    throw cameraErrors.camera_not_found({ camera: '/dev/video9' });
  };
  const working = async function* (signal: AbortSignal): AsyncIterable<Frame> {
    yield frame(1);
    await forever(signal);
  };
  const { feed, state } = follow(scripted(missing, missing, working));
  expect(await state('lost')).toMatchObject({ code: 'camera_not_found', zh: '未找到摄像头 /dev/video9' });
  await state('ok');
  expect(feed.latest?.sequence).toBe(1);
  await feed.close();
});

test('a camera that freezes is closed and opened again', async () => {
  const freezing = async function* (): AsyncIterable<Frame> {
    yield frame(1);
    await new Promise(() => undefined);
  };
  const source = scripted(freezing);
  const { feed, state } = follow(source);
  await state('ok');
  expect(await state('lost')).toMatchObject({ code: 'camera_frozen' });
  await state('ok');
  expect(source.opened).toBeGreaterThan(1);
  await feed.close();
});

test('a consumer that is slower than the camera gets the newest frame, not a queue', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>(resolve => {
    release = resolve;
  });
  const burst = async function* (signal: AbortSignal): AsyncIterable<Frame> {
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
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect(seen.length).toBeLessThan(10);
  expect(seen.at(-1)).toBe(100);
  await feed.close();
});

test('closing ends a feed whose source hangs', async () => {
  const hanging = async function* (): AsyncIterable<Frame> {
    yield* [];
    await new Promise(() => undefined);
  };
  const { feed } = follow(scripted(hanging));
  await feed.close();
});
