import { PorterError } from '../../protocol/index.js';
import type { CameraFeed, CameraState, Clock, Frame, FrameSource, Log } from '../contracts.js';
import { cameraErrors } from './errors.js';
import { playSource } from './play.js';

export interface FeedNeeds {
  readonly source: FrameSource;
  readonly clock: Clock;
  readonly log: Log;
  /** No first frame for this long after opening: the source is closed and opened again. Default 20 s. */
  readonly open_ms?: number;
  /** No further frame for this long: likewise. Default 5 s. */
  readonly watchdog_ms?: number;
  /** First pause before a source is opened again; it doubles up to `retryMost_ms`. Defaults 1 s and 30 s. */
  readonly retryFirst_ms?: number;
  readonly retryMost_ms?: number;
}

/**
 * Keeps a source open for as long as the process lives. Only the newest frame is kept: a consumer that is slower than the camera
 * skips frames instead of falling behind. Frames are numbered on when the source is opened again, and while it is lost there is
 * no newest frame: nobody is shown, or decided on, who stood there before.
 */
export function createCameraFeed(needs: FeedNeeds): CameraFeed {
  const { source, clock, log, retryFirst_ms = 1_000, retryMost_ms = 30_000 } = needs;
  const { open_ms = 20_000, watchdog_ms = 5_000 } = needs;
  const closing = new AbortController();
  const listeners = new Set<(state: CameraState) => void>();
  let state: CameraState = { kind: 'starting' };
  let latest: Frame | undefined;
  let arrival = createSignal();

  const setState = (next: CameraState): void => {
    if (isSame(next, state)) return;
    state = next;
    log.info({ camera: source.description, ...next }, 'camera state changed');
    for (const listener of listeners) {
      try {
        listener(next);
      } catch (error) {
        log.error({ error: String(error) }, 'a listener to the camera failed');
      }
    }
  };
  const take = (frame: Frame): void => {
    latest = frame;
    setState({ kind: 'ok' });
    arrival.ring();
    arrival = createSignal();
  };
  const run = async (): Promise<void> => {
    let pause_ms = retryFirst_ms;
    let nextSequence = 0;
    while (!closing.signal.aborted) {
      const offset = nextSequence;
      try {
        await playSource({ source, clock, open_ms, watchdog_ms, closing: closing.signal }, frame => {
          const sequence = offset + frame.sequence;
          nextSequence = sequence + 1;
          pause_ms = retryFirst_ms;
          take({ ...frame, sequence });
        });
      } catch (error) {
        latest = undefined;
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

/** What is lost for the same reason is still lost, whatever the words. */
function isSame(a: CameraState, b: CameraState): boolean {
  return a.kind === b.kind && (a.kind !== 'lost' || (b.kind === 'lost' && a.code === b.code));
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
