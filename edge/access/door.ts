import { PorterError } from '../../protocol/index.js';
import type { Clock, Log, Relay } from '../contracts.js';
import { doorErrors } from './errors.js';

export interface Door {
  /** `failed` until the relay obeys again. */
  readonly state: 'ok' | 'failed';
  /** Opens for `pulse_ms` from now; a pulse during a pulse prolongs it. Resolves when the relay is on. @throws relay_failed */
  open(pulse_ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Drives the relay by timed pulses. It is off at the start, at the end, and when a pulse is over. */
export async function createDoor(needs: {
  readonly relay: Relay;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Door> {
  const { relay, clock, log } = needs;
  let state: Door['state'] = 'ok';
  let until_ms = 0;
  let pulse: Promise<void> | undefined;
  const closing = new AbortController();

  const set = async (on: boolean): Promise<void> => {
    try {
      await relay.set(on);
      state = 'ok';
    } catch (cause) {
      state = 'failed';
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw cause instanceof PorterError ? cause : doorErrors.relay_failed({ problem }, { cause });
    }
  };
  /** A relay that stays on keeps the door unlocked: try to switch it off until it obeys. */
  const off = async (): Promise<void> => {
    for (let pause_ms = 100; ; pause_ms = Math.min(5_000, pause_ms * 2)) {
      try {
        return await set(false);
      } catch (error) {
        log.error({ error: String(error), relay: relay.description }, 'the relay does not switch off');
        if (closing.signal.aborted) return;
        await clock.sleep(pause_ms, closing.signal);
      }
    }
  };
  const holdUntilOver = async (): Promise<void> => {
    for (
      let left_ms = until_ms - clock.monotonic_ms();
      left_ms > 0;
      left_ms = until_ms - clock.monotonic_ms()
    ) {
      await clock.sleep(left_ms, closing.signal);
      if (closing.signal.aborted) break;
    }
    await off();
    pulse = undefined;
  };

  await set(false);
  return {
    get state() {
      return state;
    },
    async open(pulse_ms) {
      await set(true);
      until_ms = Math.max(until_ms, clock.monotonic_ms() + pulse_ms);
      pulse ??= holdUntilOver();
    },
    async close() {
      closing.abort();
      await pulse;
      await off();
      await relay.close();
    },
  };
}
