import { type PinVerifier, pinMatches, type TillSettings } from '../../protocol/index.js';
import type { Clock, Gallery } from '../contracts.js';
import { paymentErrors } from './errors.js';

const mostWrong = 3;
const locked_ms = 10 * 60_000;
/** People whose wrong tries are remembered; the oldest are forgotten first. */
const mostRemembered = 1_000;

/** Whether this meal asks for the diner's PIN. */
export const needsPin = ({ pinAbove_minor }: TillSettings, amount_minor: number): boolean =>
  pinAbove_minor !== undefined && amount_minor > pinAbove_minor;

/** Checks PINs without central. Three wrong ones lock a person's PIN at this till for ten minutes, whatever the order. */
export function createPins({ gallery, clock }: { gallery: Pick<Gallery, 'person'>; clock: Clock }) {
  const wrong = new Map<string, { count: number; last_ms: number }>();
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
      const known = wrong.get(personId);
      const left_ms = known ? known.last_ms + locked_ms - clock.monotonic_ms() : 0;
      if (left_ms <= 0) wrong.delete(personId);
      else if (known && known.count >= mostWrong)
        throw paymentErrors.pin_locked({ minutes: Math.ceil(left_ms / 60_000) });
      // One at a time: tries sent together must not all slip in before the first is counted.
      if (checking.has(personId)) throw paymentErrors.pin_wrong();
      checking.add(personId);
      try {
        if (await pinMatches(pin, verifier)) {
          wrong.delete(personId);
          return;
        }
      } finally {
        checking.delete(personId);
      }
      const count = (wrong.get(personId)?.count ?? 0) + 1;
      wrong.delete(personId);
      wrong.set(personId, { count, last_ms: clock.monotonic_ms() });
      if (wrong.size > mostRemembered) wrong.delete(wrong.keys().next().value ?? '');
      throw paymentErrors.pin_wrong();
    },
  };
}
