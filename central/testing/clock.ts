import type { Clock } from '../clock.js';

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Stands still until it is advanced. */
export function createFakeClock(start = '2026-09-01T08:00:00.000Z'): FakeClock {
  let now_ms = Date.parse(start);
  return {
    now: () => new Date(now_ms),
    advance: ms => {
      now_ms += ms;
    },
  };
}
