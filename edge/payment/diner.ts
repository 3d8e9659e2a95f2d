import type { TillSettings } from '../../protocol/index.js';
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
  readonly verdict: Exclude<Verdict, { kind: 'pending' }>;
  readonly amount_minor: number;
  readonly store: Pick<Store, 'exposure'>;
  readonly gallery: Pick<Gallery, 'person'>;
  readonly clock: Pick<Clock, 'now_ms'>;
  readonly clockTrusted: () => boolean;
  readonly offlineFor_ms: () => number;
}

const problems = { unsure: 'unsure', unknown: 'unknown-person', 'not-live': 'not-live' } as const;

/** Whether the one in front may be charged, and what is known of that person for it. */
export function assessDiner(question: DinerQuestion): Assessed {
  const { rules, verdict, amount_minor, store, gallery, clock } = question;
  const problem = (name: WaitingProblem): Assessed => ({ kind: 'problem', problem: name });
  if (verdict.kind !== 'identified') return problem(problems[verdict.kind]);
  const person = gallery.person(verdict.personId);
  const now_ms = clock.now_ms();
  // Left the gallery since: consent may have been withdrawn this very second.
  if (!person) return problem('unknown-person');
  if (person.status === 'blocked') return problem('blocked');
  if (!person.payment || (person.validUntil && now_ms >= Date.parse(person.validUntil)))
    return problem('no-permission');
  const { personId, displayName } = person;
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
    kind: 'diner',
    diner: {
      personId,
      displayName,
      evidence: verdict.evidence,
      ...(paidBefore_s < rules.cooldown_s && { paidBefore_s }),
      ...(refusedOffline !== undefined && { refusedOffline }),
    },
  };
}
