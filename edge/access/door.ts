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

/** Tries before somebody is told that the door does not open. */
const openTries = 3;
const openRetry_ms = 100;
const offRetryFirst_ms = 100;
const offRetryMost_ms = 5_000;

/** Drives the relay by timed pulses. It is off at the start, at the end, and when a pulse is over. @throws relay_failed */
export async function createDoor(needs: {
  readonly relay: Relay;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Door> {
  const { relay, clock, log } = needs;
  let state: Door['state'] = 'ok';
  let until_ms = Number.NEGATIVE_INFINITY;
  let pulse: Promise<void> | undefined;
  let lastSet: Promise<void> = Promise.resolve();
  const closing = new AbortController();

  const setNow = async (on: boolean): Promise<void> => {
    try {
      await relay.set(on);
      state = 'ok';
    } catch (cause) {
      state = 'failed';
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw cause instanceof PorterError ? cause : doorErrors.relay_failed({ problem }, { cause });
    }
  };
  /** One after the other: the level that was asked for last is the one that stays. */
  const set = (on: boolean): Promise<void> => {
    const mine = lastSet.then(() => setNow(on));
    lastSet = mine.catch(() => undefined);
    return mine;
  };
  const setOn = async (): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        return await set(true);
      } catch (error) {
        log.error({ error: String(error), relay: relay.description }, 'the relay does not switch on');
        if (tries >= openTries || closing.signal.aborted) throw error;
        await clock.sleep(openRetry_ms, closing.signal);
      }
    }
  };
  /** A relay that stays on keeps the door unlocked: try to switch it off until it obeys. */
  const setOff = async (): Promise<void> => {
    for (let pause_ms = offRetryFirst_ms; ; pause_ms = Math.min(offRetryMost_ms, pause_ms * 2)) {
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
    for (;;) {
      const left_ms = until_ms - clock.monotonic_ms();
      if (left_ms > 0 && !closing.signal.aborted) {
        await clock.sleep(left_ms, closing.signal);
        continue;
      }
      await setOff();
      // Somebody may have been let in while the relay was being switched off.
      if (until_ms <= clock.monotonic_ms() || closing.signal.aborted) {
        pulse = undefined;
        return;
      }
    }
  };

  await set(false);
  return {
    get state() {
      return state;
    },
    async open(pulse_ms) {
      const prolong = (): void => {
        until_ms = Math.max(until_ms, clock.monotonic_ms() + pulse_ms);
      };
      prolong();
      try {
        await setOn();
        prolong();
      } finally {
        // Also after a failure: whether the relay moved is unknown, and off is the safe side.
        pulse ??= holdUntilOver();
      }
    },
    async close() {
      closing.abort();
      await pulse;
      await setOff();
      await relay.close();
    },
  };
}
