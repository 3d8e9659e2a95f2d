import { type PinVerifier, pinMatches, type TillSettings } from '../../protocol/index.js';
import type { Clock, Gallery, Store } from '../contracts.js';
import { paymentErrors } from './errors.js';

const mostWrong = 3;
const locked_ms = 10 * 60_000;

/** Whether this meal asks for the diner's PIN. */
export const needsPin = ({ pinAbove_minor }: TillSettings, amount_minor: number): boolean =>
  pinAbove_minor !== undefined && amount_minor > pinAbove_minor;

export interface PinNeeds {
  readonly gallery: Pick<Gallery, 'person'>;
  readonly store: Pick<Store, 'wrongPins' | 'noteWrongPins'>;
  readonly clock: Pick<Clock, 'now_ms'>;
}

/** Checks PINs without central. Three wrong ones lock a person's PIN at this till for ten minutes, whatever the order. */
export function createPins({ gallery, store, clock }: PinNeeds) {
  const checking = new Set<string>();

  const verifierOf = (personId: string): PinVerifier => {
    const verifier = gallery.person(personId)?.payment?.pin;
    if (!verifier) throw paymentErrors.pin_missing();
    return verifier;
  };
  return {
    /** @throws pin_required, pin_missing, pin_locked, pin_wrong */
    async check(personId: string, pin: string | undefined): Promise<void> {
      const verifier = verifierOf(personId);
      if (pin === undefined || pin === '') throw paymentErrors.pin_required();
      const known = store.wrongPins(personId);
      // A clock that was set back prolongs the lock to its whole length, and no further.
      const left_ms = known ? Math.min(locked_ms, known.last_ms + locked_ms - clock.now_ms()) : 0;
      const counted = left_ms > 0 ? (known?.count ?? 0) : 0;
      if (counted >= mostWrong) throw paymentErrors.pin_locked({ minutes: Math.ceil(left_ms / 60_000) });
      // One at a time: tries sent together must not all slip in before the first is counted.
      if (checking.has(personId)) throw paymentErrors.pin_wrong();
      checking.add(personId);
      try {
        if (await pinMatches(pin, verifier)) {
          if (known) store.noteWrongPins(personId, 0);
          return;
        }
      } finally {
        checking.delete(personId);
      }
      store.noteWrongPins(personId, counted + 1);
      throw paymentErrors.pin_wrong();
    },
  };
}

export type Pins = ReturnType<typeof createPins>;
