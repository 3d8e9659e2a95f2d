import type { GalleryPerson } from '../../protocol/index.js';
import type { Gallery } from '../contracts.js';
import type { Observed, Verdict } from '../vision/index.js';
import { paymentErrors } from './errors.js';

/** So many characters of the student number are asked for. */
export const askedDigits = 4;
const mostTries = 3;

type Unsure = Extract<Verdict, { kind: 'unsure' }>;

/** Chooses among persons that a face alone does not tell apart, by the end of the student number, a few tries per order. */
export function createTellingApart(gallery: Pick<Gallery, 'person'>) {
  let orderId = '';
  let tries = 0;
  let shown: { readonly trackId: number; readonly verdict: Unsure } | undefined;
  let told: { readonly trackId: number; readonly personId: string } | undefined;

  return {
    /** What the till makes of whom it sees: somebody who has been told apart is identified from then on, as long as the track lasts. */
    see({ track, verdict }: Pick<Observed, 'track' | 'verdict'>): Verdict {
      shown = verdict.kind === 'unsure' ? { trackId: track.id, verdict } : undefined;
      if (verdict.kind !== 'unsure' || told?.trackId !== track.id) return verdict;
      if (!verdict.candidates.includes(told.personId)) return verdict;
      const evidence = { ...verdict.evidence, secondFactor: 'student-number' as const };
      return { kind: 'identified', personId: told.personId, evidence };
    },
    /** Nobody is in front. */
    forget(): void {
      shown = undefined;
    },
    /**
     * The diner's digits. A guess must name one of the two that the face could be, so that it is worth little; three are allowed.
     * @throws nobody_to_tell_apart, digits_malformed, digits_too_often, digits_do_not_match
     */
    answer(order: string, digits: string): void {
      const text = digits.trim().toUpperCase();
      if (!/^[A-Z0-9_-]+$/.test(text) || text.length !== askedDigits)
        throw paymentErrors.digits_malformed({ count: askedDigits });
      // A picture of somebody gets no chance to guess.
      if (!shown?.verdict.isLive) throw paymentErrors.nobody_to_tell_apart();
      if (order !== orderId) [orderId, tries] = [order, 0];
      if (tries >= mostTries) throw paymentErrors.digits_too_often({ tries: mostTries });
      const fitting = shown.verdict.candidates
        .map(id => gallery.person(id))
        .filter(
          (person): person is GalleryPerson => person?.studentNumber.toUpperCase().endsWith(text) === true,
        );
      const [only, ...others] = fitting;
      if (!only || others.length > 0) {
        tries += 1;
        throw paymentErrors.digits_do_not_match();
      }
      told = { trackId: shown.trackId, personId: only.personId };
    },
  };
}
