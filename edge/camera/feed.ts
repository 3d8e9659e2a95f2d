import { PorterError } from '../../protocol/index.js';
import type { CameraFeed, CameraState, Clock, Frame, FrameSource, Log } from '../contracts.js';
import { cameraErrors } from './errors.js';

export interface FeedNeeds {
  readonly source: FrameSource;
  readonly clock: Clock;
  readonly log: Log;
  /** No frame for this long: the source is closed and opened again. */
  readonly watchdog_ms?: number;
  /** First pause before a source is opened again; it doubles up to `retryMost_ms`. */
  readonly retryFirst_ms?: number;
  readonly retryMost_ms?: number;
}

/**
 * Keeps a source open for as long as the process lives. Only the newest frame is kept: a consumer that is slower than the camera
 * skips frames instead of falling behind.
 */
export function createCameraFeed(needs: FeedNeeds): CameraFeed {
  const { source, clock, log, watchdog_ms = 5_000, retryFirst_ms = 1_000, retryMost_ms = 30_000 } = needs;
  const closing = new AbortController();
  const listeners = new Set<(state: CameraState) => void>();
  let state: CameraState = { kind: 'starting' };
  let latest: Frame | undefined;
  let arrival = createSignal();

  const setState = (next: CameraState): void => {
    const same =
      next.kind === state.kind &&
      (next.kind !== 'lost' || (state.kind === 'lost' && next.code === state.code));
    if (same) return;
    state = next;
    log.info({ camera: source.description, ...next }, 'camera state changed');
    for (const listener of listeners) listener(state);
  };

  const run = async (): Promise<void> => {
    let pause_ms = retryFirst_ms;
    while (!closing.signal.aborted) {
      try {
        await playUntilFrozen({ source, clock, watchdog_ms, closing: closing.signal }, frame => {
          latest = frame;
          pause_ms = retryFirst_ms;
          setState({ kind: 'ok' });
          arrival.ring();
          arrival = createSignal();
        });
      } catch (error) {
        setState(lost(error));
      }
      await clock.sleep(pause_ms, closing.signal);
      pause_ms = Math.min(retryMost_ms, pause_ms * 2);
    }
  };
  const running = run();

  return {
    get state() {
      return state;
    },
    get latest() {
      return latest;
    },
    async *frames(signal): AsyncIterable<Frame> {
      const ended = AbortSignal.any([signal, closing.signal]);
      let given: Frame | undefined;
      while (!ended.aborted) {
        if (latest && latest !== given) {
          given = latest;
          yield latest;
        } else await arrival.wait(ended);
      }
    },
    onStateChange(listener) {
      listeners.add(listener);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Hands frames on until the source ends (fine), throws, or sends nothing for too long (both thrown). */
async function playUntilFrozen(
  {
    source,
    clock,
    watchdog_ms,
    closing,
  }: Required<Pick<FeedNeeds, 'source' | 'clock' | 'watchdog_ms'>> & { readonly closing: AbortSignal },
  onFrame: (frame: Frame) => void,
): Promise<void> {
  const opened = new AbortController();
  const frames = source.open(AbortSignal.any([closing, opened.signal]))[Symbol.asyncIterator]();
  const frozen = Symbol('frozen');
  try {
    while (!closing.aborted) {
      const waited = new AbortController();
      const next = frames.next();
      const watchdog = clock.sleep(watchdog_ms, AbortSignal.any([closing, waited.signal])).then(() => frozen);
      const result = await Promise.race([next, watchdog]);
      waited.abort();
      if (typeof result === 'symbol') {
        // The pending read ends, one way or the other, once the source is aborted.
        next.catch(() => undefined);
        if (closing.aborted) return;
        throw cameraErrors.camera_frozen();
      }
      if (result.done) return;
      onFrame(result.value);
    }
  } finally {
    opened.abort();
    // Not awaited: a source that hangs must not keep the feed from opening it again.
    void Promise.resolve(frames.return?.()).catch(() => undefined);
  }
}

function lost(error: unknown): CameraState {
  const coded =
    error instanceof PorterError
      ? error
      : cameraErrors.camera_lost(
          { problem: error instanceof Error ? error.message : String(error) },
          { cause: error },
        );
  return { kind: 'lost', code: coded.code, en: coded.messageIn('en'), zh: coded.messageIn('zh') };
}

function createSignal() {
  const target = new EventTarget();
  return {
    ring: (): boolean => target.dispatchEvent(new Event('ring')),
    wait: (signal: AbortSignal): Promise<void> =>
      new Promise(resolve => {
        if (signal.aborted) return resolve();
        const done = (): void => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        signal.addEventListener('abort', done, { once: true });
        target.addEventListener('ring', done, { once: true });
      }),
  };
}
