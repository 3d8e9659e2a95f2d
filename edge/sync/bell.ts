import type { Clock } from '../contracts.js';

/** Something to wait for that others ring; a ring while nobody waits is not lost. One waits at a time. */
export interface Bell {
  ring(): void;
  /** Resolves at a ring, after `timeout_ms`, or when aborted. */
  wait(timeout_ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(timeout_ms, signal) {
      if (!rung && !signal.aborted) {
        const done = new AbortController();
        wake = () => done.abort();
        signal.addEventListener('abort', wake, { once: true });
        await clock.sleep(timeout_ms, done.signal);
        signal.removeEventListener('abort', wake);
        wake = undefined;
      }
      rung = false;
    },
  };
}
