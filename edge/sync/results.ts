import type { EventResult } from '../../protocol/index.js';
import type { Clock } from '../contracts.js';

const remembered = 1_000;

/** The latest results by event, for those who wait for one. */
export function createResultBoard(clock: Clock) {
  const known = new Map<string, EventResult>();
  const waiting = new Map<string, Set<() => void>>();
  return {
    put(result: EventResult): void {
      known.set(result.id, result);
      for (const [oldest] of known) {
        if (known.size <= remembered) break;
        known.delete(oldest);
      }
      for (const wake of waiting.get(result.id) ?? []) wake();
    },
    /** Undefined after `timeout_ms` or when aborted. */
    async of(eventId: string, timeout_ms: number, signal: AbortSignal): Promise<EventResult | undefined> {
      const already = known.get(eventId);
      if (already || signal.aborted) return already;
      const done = new AbortController();
      const wake = (): void => done.abort();
      const waiters = waiting.get(eventId) ?? new Set();
      waiting.set(eventId, waiters.add(wake));
      signal.addEventListener('abort', wake, { once: true });
      await clock.sleep(timeout_ms, done.signal);
      signal.removeEventListener('abort', wake);
      waiters.delete(wake);
      if (waiters.size === 0) waiting.delete(eventId);
      return known.get(eventId);
    },
  };
}
