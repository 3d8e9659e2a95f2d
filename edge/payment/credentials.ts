import {
  codeLife_s,
  codeSkew_s,
  isSignedBy,
  looksLikeCode,
  PorterError,
  readCardNumber,
  readPayCode,
} from '../../protocol/index.js';
import type { Clock, Gallery, Store } from '../contracts.js';
import type { Known } from './diner.js';
import { paymentErrors } from './errors.js';
import type { Pins } from './pins.js';

export interface CredentialNeeds {
  readonly gallery: Pick<Gallery, 'person' | 'personByCard' | 'personByStudentNumber'>;
  readonly store: Pick<Store, 'takeCode'>;
  readonly pins: Pins;
  readonly clock: Pick<Clock, 'now_ms'>;
  readonly clockTrusted: () => boolean;
}

/** Wrong student numbers with PINs that one order bears, whoever they name. */
const mostTries = 5;

/** Who shows a card or a phone's code, or knows a student number and its PIN. Needs no network. */
export function createCredentials({ gallery, store, pins, clock, clockTrusted }: CredentialNeeds) {
  let triedOrder = '';
  let tries = 0;

  const byCode = (orderId: string, text: string): Known => {
    const code = readPayCode(text);
    const { personId, codeId } = code;
    const phones = gallery.person(personId)?.payment?.phones ?? [];
    if (!phones.some(phone => isSignedBy(code, phone))) throw paymentErrors.code_unknown();
    // Without a clock nobody can tell a fresh code from a photo of last week's.
    if (!clockTrusted()) throw paymentErrors.code_needs_clock();
    const age_s = clock.now_ms() / 1_000 - code.issued_s;
    if (age_s > codeLife_s + codeSkew_s || age_s < -codeSkew_s) throw paymentErrors.code_expired();
    if (!store.takeCode(codeId, orderId)) throw paymentErrors.code_used();
    return { personId, credential: 'code', codeId };
  };
  return {
    /**
     * What a reader gave. @throws card_number_malformed, card_unknown, code_malformed, code_unknown, code_needs_clock, code_expired,
     * code_used, disk_full
     */
    read(orderId: string, text: string): Known {
      if (looksLikeCode(text)) return byCode(orderId, text);
      const person = gallery.personByCard(readCardNumber(text));
      if (!person) throw paymentErrors.card_unknown();
      return { personId: person.personId, credential: 'card' };
    },
    /**
     * A number that nobody has and a PIN that is wrong look the same.
     * @throws number_or_pin_wrong, number_too_often, pin_locked
     */
    async number(orderId: string, studentNumber: string, pin: string): Promise<Known> {
      if (orderId !== triedOrder) [triedOrder, tries] = [orderId, 0];
      if (tries >= mostTries) throw paymentErrors.number_too_often({ tries: mostTries });
      // Counted before the answer is known, so that tries sent together are all counted.
      tries += 1;
      const person = gallery.personByStudentNumber(studentNumber.trim());
      if (!person?.payment?.pin || pin === '') throw paymentErrors.number_or_pin_wrong();
      try {
        await pins.check(person.personId, pin);
      } catch (error) {
        if (error instanceof PorterError && error.code === 'pin_wrong')
          throw paymentErrors.number_or_pin_wrong();
        throw error;
      }
      tries -= 1;
      return { personId: person.personId, credential: 'number' };
    },
  };
}
