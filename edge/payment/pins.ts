import { type PinVerifier, pinMatches, type TillSettings } from '../../protocol/index.js';
import type { Clock, Store } from '../contracts.js';
import { paymentErrors } from './errors.js';

const mostWrong = 3;
const locked_ms = 10 * 60_000;

/** Whether this meal asks for the diner's PIN. */
export const needsPin = ({ pinAbove_minor }: TillSettings, amount_minor: number): boolean =>
  pinAbove_minor !== undefined && amount_minor > pinAbove_minor;

export interface PinNeeds {
  /** Of a diner, or of a cashier. */
  readonly verifierOf: (id: string) => PinVerifier | undefined;
  readonly store: Pick<Store, 'wrongPins' | 'noteWrongPins'>;
  readonly clock: Pick<Clock, 'now_ms'>;
}

/** Checks PINs without central. Three wrong ones lock a PIN at this till for ten minutes, whatever the order. */
export function createPins({ verifierOf, store, clock }: PinNeeds) {
  const checking = new Set<string>();

  return {
    /** @throws pin_required, pin_missing, pin_locked, pin_wrong */
    async check(id: string, pin: string | undefined): Promise<void> {
      const verifier = verifierOf(id);
      if (!verifier) throw paymentErrors.pin_missing();
      if (pin === undefined || pin === '') throw paymentErrors.pin_required();
      const known = store.wrongPins(id);
      // A clock that was set back prolongs the lock to its whole length, and no further.
      const left_ms = known ? Math.min(locked_ms, known.last_ms + locked_ms - clock.now_ms()) : 0;
      const counted = left_ms > 0 ? (known?.count ?? 0) : 0;
      if (counted >= mostWrong) throw paymentErrors.pin_locked({ minutes: Math.ceil(left_ms / 60_000) });
      // One at a time: tries sent together must not all slip in before the first is counted.
      if (checking.has(id)) throw paymentErrors.pin_wrong();
      checking.add(id);
      try {
        if (await pinMatches(pin, verifier)) {
          if (known) store.noteWrongPins(id, 0);
          return;
        }
      } finally {
        checking.delete(id);
      }
      store.noteWrongPins(id, counted + 1);
      throw paymentErrors.pin_wrong();
    },
  };
}

export type Pins = ReturnType<typeof createPins>;
