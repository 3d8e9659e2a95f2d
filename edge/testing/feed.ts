import type { CameraFeed, CameraState, Frame } from '../contracts.js';

export interface FakeFeed extends CameraFeed {
  state: CameraState;
  latest: Frame | undefined;
  /** Hands a frame to everybody who waits for one. */
  give(frame: Frame): void;
  setState(state: CameraState): void;
  readonly closed: boolean;
}

/** A camera without pictures but those that it is given. */
export function createFakeFeed(): FakeFeed {
  const waiting = new Set<() => void>();
  const listeners = new Set<(state: CameraState) => void>();
  let closed = false;
  const feed: FakeFeed = {
    state: { kind: 'ok' },
    latest: undefined,
    get closed() {
      return closed;
    },
    give(frame) {
      feed.latest = frame;
      for (const wake of [...waiting]) wake();
    },
    setState(state) {
      feed.state = state;
      for (const listener of listeners) listener(state);
    },
    async *frames(signal) {
      let given: Frame | undefined;
      while (!signal.aborted) {
        if (feed.latest && feed.latest !== given) {
          given = feed.latest;
          yield given;
          continue;
        }
        await new Promise<void>(resolve => {
          const wake = (): void => {
            waiting.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener('abort', wake, { once: true });
        });
      }
    },
    onStateChange(listener) {
      listeners.add(listener);
    },
    async close() {
      closed = true;
    },
  };
  return feed;
}
