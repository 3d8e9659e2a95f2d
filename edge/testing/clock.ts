import type { Clock } from '../contracts.js';

export interface ManualClock extends Clock {
  /** Passes time on both clocks; sleeps that are over by then resolve, earliest first. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock alone, as an operator or NTP would. */
  setWall(now_ms: number): void;
}

/** Stands still until it is advanced. */
export function createManualClock(start = '2026-09-01T04:00:00.000Z'): ManualClock {
  let wall_ms = Date.parse(start);
  let monotonic_ms = 1_000;
  const sleepers = new Set<{ readonly until_ms: number; readonly wake: () => void }>();
  /** Lets everything run that waits for promises alone. */
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
  return {
    now_ms: () => wall_ms,
    monotonic_ms: () => monotonic_ms,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { until_ms: monotonic_ms + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    async advance(ms) {
      const end_ms = monotonic_ms + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].sort((a, b) => a.until_ms - b.until_ms);
        if (!next || next.until_ms > end_ms) break;
        const step_ms = Math.max(0, next.until_ms - monotonic_ms);
        monotonic_ms += step_ms;
        wall_ms += step_ms;
        next.wake();
        await settle();
      }
      wall_ms += end_ms - monotonic_ms;
      monotonic_ms = end_ms;
      await settle();
    },
    setWall(now_ms) {
      wall_ms = now_ms;
    },
  };
}
