import type { Clock, Log, Sync } from '../contracts.js';

const release_timeout_ms = 3_000;
const retry_ms = 10_000;
/** More are left to expire at central. */
const mostWaiting = 200;
/** A release that central did not hear is repeated so often; holds expire by themselves anyway. */
const mostTries = 20;

/** Gives holds back to central as well as it can: after the answer to the question that may place the hold, and again until heard. */
export function createReleases({
  sync,
  clock,
  log,
}: {
  readonly sync: Pick<Sync, 'release' | 'network'>;
  readonly clock: Clock;
  readonly log: Log;
}) {
  const asked = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, { tries: number; next_ms: number; busy: boolean }>();

  const attempt = async (orderId: string): Promise<void> => {
    const entry = waiting.get(orderId);
    if (!entry || entry.busy) return;
    entry.busy = true;
    entry.tries++;
    await asked.get(orderId);
    const done = await sync.release(orderId, release_timeout_ms).then(
      answer => answer !== undefined,
      error => {
        log.warn({ error: String(error), orderId }, 'central refuses to release an order');
        return true;
      },
    );
    entry.busy = false;
    entry.next_ms = clock.monotonic_ms() + retry_ms;
    if (done || entry.tries >= mostTries) waiting.delete(orderId);
  };
  return {
    /** The order's hold may be placed until `answer` has come. */
    after(orderId: string, answer: Promise<unknown>): void {
      asked.set(
        orderId,
        answer.finally(() => asked.delete(orderId)).catch(() => undefined),
      );
    },
    release(orderId: string): void {
      if (waiting.size >= mostWaiting) return;
      waiting.set(orderId, { tries: 0, next_ms: 0, busy: false });
      void attempt(orderId);
    },
    tick(): void {
      if (sync.network !== 'online') return;
      for (const [orderId, entry] of waiting) {
        if (clock.monotonic_ms() >= entry.next_ms) void attempt(orderId);
      }
    },
  };
}
