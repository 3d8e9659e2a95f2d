import type { Clock, Log, NetworkState } from '../contracts.js';
import { type Bell, createBell } from './bell.js';
import { asCodedError } from './client.js';
import { type Health, healthAfter, networkOf } from './health.js';

export interface LoopsNeeds {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1; spreads the retries of many devices. */
  readonly random: () => number;
  readonly onNetworkChange: (state: NetworkState) => void;
  /** Central could not be reached by this loop. */
  readonly onUnreachable: (loop: string) => void;
}

export interface LoopControl {
  readonly signal: AbortSignal;
  /** Central has answered. */
  heard(): void;
}

const retryFirst_ms = 500;
/** Central may be back any time; data that is wrong is not soon better, and to fetch it is dear. */
const retryMost_ms = { way: 15_000, data: 300_000 } as const;

/** Loops that talk to central, each with its own retries, and what they together say about the network. */
export function createLoops({ clock, log, random, onNetworkChange, onUnreachable }: LoopsNeeds) {
  const healths = new Map<string, Health>();
  const retries = new Map<string, Bell>();
  let network: NetworkState = 'offline';

  const setHealth = (loop: string, health: Health): void => {
    const before = healths.get(loop) ?? 'unknown';
    healths.set(loop, health);
    const next = networkOf([...healths.values()]);
    if (health === 'ok' && before !== 'ok' && before !== 'unknown') {
      // Who got through again tells those that still wait for their next attempt.
      for (const [other, retry] of retries) if (other !== loop) retry.ring();
    }
    if (next === network) return;
    network = next;
    log.info({ network }, 'network state changed');
    onNetworkChange(network);
  };
  const failed = (loop: string, error: unknown): Health | undefined => {
    const health = healthAfter(error);
    log.warn({ error: String(asCodedError(error, loop)), loop }, 'central did not take or give');
    if (health) setHealth(loop, health);
    if (health === 'unreachable') onUnreachable(loop);
    return health;
  };

  return {
    get network() {
      return network;
    },
    health: (loop: string): Health => healths.get(loop) ?? 'unknown',
    /**
     * Repeats `work` until aborted; pauses grow while it fails, until it gives true. `work` waits by itself for its next
     * occasion.
     */
    async run(
      loop: string,
      signal: AbortSignal,
      work: (control: LoopControl) => Promise<boolean>,
    ): Promise<void> {
      const retry = createBell(clock);
      retries.set(loop, retry);
      const control: LoopControl = { signal, heard: () => setHealth(loop, 'ok') };
      let failures = 0;
      while (!signal.aborted) {
        try {
          if (await work(control)) failures = 0;
        } catch (error) {
          if (signal.aborted) return;
          const health = failed(loop, error);
          const most_ms = health === 'unreachable' ? retryMost_ms.way : retryMost_ms.data;
          const pause_ms = Math.min(most_ms, retryFirst_ms * 2 ** Math.min(failures++, 20));
          await retry.wait(pause_ms * (0.5 + random() / 2), signal);
        }
      }
    },
  };
}
