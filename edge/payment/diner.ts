import type { GalleryPerson, TillSettings } from '../../protocol/index.js';
import { dayIn } from '../calendar.js';
import type { Clock, Gallery, Store } from '../contracts.js';
import type { Verdict } from '../vision/index.js';
import { refuseOffline } from './limits.js';
import type { Diner, WaitingProblem } from './till-types.js';

export type Assessed =
  | { readonly kind: 'diner'; readonly diner: Diner }
  | { readonly kind: 'problem'; readonly problem: WaitingProblem };

export interface DinerQuestion {
  readonly rules: TillSettings;
  readonly amount_minor: number;
  readonly store: Pick<Store, 'exposure'>;
  readonly gallery: Pick<Gallery, 'person'>;
  readonly clock: Pick<Clock, 'now_ms'>;
  readonly clockTrusted: () => boolean;
  readonly offlineFor_ms: () => number;
}

/** By what somebody is known to the till. */
export type Known = Pick<Diner, 'personId' | 'credential' | 'evidence' | 'codeId'>;

const problems = { unsure: 'unsure', unknown: 'unknown-person', 'not-live': 'not-live' } as const;

/** Whether the one in front may be charged, and what is known of that person for it. */
export function assessFace(
  question: DinerQuestion & { readonly verdict: Exclude<Verdict, { kind: 'pending' }> },
): Assessed {
  const { verdict } = question;
  if (verdict.kind !== 'identified') return { kind: 'problem', problem: problems[verdict.kind] };
  const { personId, evidence } = verdict;
  return assessDiner(question, { personId, evidence, credential: 'face' });
}

/** The same for somebody who is known by a card, a code or a number as for a face. */
export function assessDiner(question: DinerQuestion, known: Known): Assessed {
  const { gallery, clock } = question;
  const problem = (name: WaitingProblem): Assessed => ({ kind: 'problem', problem: name });
  const person = gallery.person(known.personId);
  const now_ms = clock.now_ms();
  // Left the gallery since: consent may have been withdrawn this very second.
  if (!person) return problem('unknown-person');
  if (person.status === 'blocked') return problem('blocked');
  if (!person.payment || (person.validUntil && now_ms >= Date.parse(person.validUntil)))
    return problem('no-permission');
  return { kind: 'diner', diner: dinerOf(question, known, person) };
}

function dinerOf(question: DinerQuestion, known: Known, person: GalleryPerson): Diner {
  const { rules, amount_minor, store, clock } = question;
  const { personId, displayName } = person;
  const now_ms = clock.now_ms();
  const exposure = store.exposure();
  const refusedOffline = refuseOffline({
    settings: rules,
    person,
    amount_minor,
    tillTotal_minor: exposure.tillTotal_minor,
    personToday_minor: exposure.personToday_minor(personId, dayIn(rules.timeZone, now_ms)),
    offlineFor_ms: question.offlineFor_ms(),
    clockTrusted: question.clockTrusted(),
  });
  const lastPaid_ms = exposure.lastPaidAt_ms(personId);
  // A clock that was set back makes "before" look like "later": that is no reason not to ask.
  const paidBefore_s =
    lastPaid_ms === undefined
      ? Number.POSITIVE_INFINITY
      : Math.round(Math.max(0, now_ms - lastPaid_ms) / 1000);
  return {
    ...known,
    displayName,
    ...(paidBefore_s < rules.cooldown_s && { paidBefore_s }),
    ...(refusedOffline !== undefined && { refusedOffline }),
  };
}
