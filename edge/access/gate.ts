import type { AccessEvent, GateScreen, GateSettings } from '../../protocol/index.js';
import type { Clock, Gallery, Log, Store, Sync } from '../contracts.js';
import type { Metrics } from '../metrics.js';
import type { Observed, Sighting, Verdict } from '../vision/index.js';
import { type AccessDecision, decideAccess } from './decide.js';
import type { Door } from './door.js';

export interface Gate {
  /** Decides on everybody who can be decided on, once per approach: opens, records, reports. */
  seen(sighting: Sighting): Promise<void>;
  /** Retries what could not be recorded. */
  tick(): void;
  phase(): GateScreen['phase'];
}

export interface GateNeeds {
  readonly door: Door;
  readonly store: Pick<Store, 'append'>;
  readonly sync: Pick<Sync, 'wake'>;
  readonly gallery: Pick<Gallery, 'person' | 'revision'>;
  /** Undefined while the device is not set up. */
  readonly settings: () => GateSettings | undefined;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly metrics: Metrics;
}

type Settled = Exclude<Verdict, { kind: 'pending' }>;
type Outcome = Extract<GateScreen['phase'], { name: 'granted' | 'denied' }>;

/** What was decided on a track, with which gallery, and what the screen says of it. */
interface Decided {
  readonly decision: AccessDecision;
  readonly revision: number;
  readonly outcome: Outcome;
}

/** The outcome stays on the screen for so long, and while the person stands there. */
const shown_ms = 3_000;
/** Then somebody else who is being looked at replaces it. */
const shownAtLeast_ms = 1_500;
/** Whoever was out of sight for less than this is still at the same approach. */
const sameApproach_ms = 1_500;
/** Entries that wait for a full disk. */
const mostUnrecorded = 1_000;

export function createGate(needs: GateNeeds): Gate {
  const { door, store, sync, gallery, settings, clock, clockTrusted, log, metrics } = needs;
  const decided = new Map<number, Decided>();
  /** When somebody who was let in was last seen. */
  const granted = new Map<string, { lastSeen_ms: number }>();
  const unrecorded: AccessEvent[] = [];
  let last: { readonly outcome: Outcome; readonly at_ms: number } | undefined;
  let newest: Sighting | undefined;

  const record = (event: AccessEvent): void => {
    try {
      store.append(event);
      sync.wake();
    } catch (error) {
      log.error({ error: String(error), waiting: unrecorded.length + 1 }, 'an entry could not be recorded');
      metrics.count('entries_unrecorded');
      if (unrecorded.length < mostUnrecorded) unrecorded.push(event);
    }
  };

  const pass = async ({ track }: Observed, rules: GateSettings): Promise<void> => {
    try {
      await door.open(rules.relayPulse_ms);
    } catch (error) {
      log.error(
        { error: String(error) },
        'a person with leave to pass stands before a door that does not open',
      );
      metrics.count('door_failures');
      return;
    }
    const now_ms = clock.monotonic_ms();
    const latency = {
      visibleToRelay_ms: Math.round(now_ms - track.firstSeen_ms),
      usableToRelay_ms: Math.round(now_ms - (track.firstLook_ms ?? track.firstSeen_ms)),
    };
    metrics.observe('visible_to_relay', latency.visibleToRelay_ms);
    metrics.observe('usable_to_relay', latency.usableToRelay_ms);
    log.info({ track: track.id, ...latency }, 'door opened');
  };

  const act = async (observed: Observed, verdict: Settled, rules: GateSettings): Promise<void> => {
    const { track } = observed;
    const person = verdict.kind === 'identified' ? gallery.person(verdict.personId) : undefined;
    const decision = decideAccess({
      verdict,
      person,
      accessPointId: rules.accessPoint.id,
      now_ms: clock.now_ms(),
      clockTrusted: clockTrusted(),
      timeZone: rules.timeZone,
    });
    const before = decided.get(track.id);
    const outcome = outcomeOf(decision, person?.displayName);
    decided.set(track.id, { decision, revision: gallery.revision, outcome });
    // A refusal that was looked at again counts only when it has turned into a grant.
    if (before && decision.decision === 'deny') return;
    const isGrant = decision.decision === 'grant';
    const again = isGrant && person !== undefined && isSameApproach(person.personId, track.firstSeen_ms);
    if (isGrant && !again) await pass(observed, rules);
    last = { outcome, at_ms: clock.monotonic_ms() };
    if (again) return;
    metrics.count('decisions', { decision: decision.decision, reason: decision.reason });
    record({
      kind: 'access',
      accessPointId: rules.accessPoint.id,
      ...decision,
      ...(person && { personId: person.personId }),
      credential: 'face',
      evidence: verdict.evidence,
    });
  };
  const isSameApproach = (personId: string, firstSeen_ms: number): boolean => {
    const last = granted.get(personId);
    return last !== undefined && firstSeen_ms - last.lastSeen_ms < sameApproach_ms;
  };
  const needsDecision = ({ track, verdict }: Observed): boolean => {
    if (verdict.kind === 'pending') return false;
    const before = decided.get(track.id);
    if (!before) return true;
    return before.decision.decision === 'deny' && before.revision !== gallery.revision;
  };
  const remember = ({ people, ended, at_ms }: Sighting): void => {
    for (const { track, verdict } of people) {
      if (verdict.kind !== 'identified' || decided.get(track.id)?.decision.decision !== 'grant') continue;
      granted.set(verdict.personId, { lastSeen_ms: track.lastSeen_ms });
    }
    for (const { id } of ended) decided.delete(id);
    for (const [personId, { lastSeen_ms }] of granted) {
      if (at_ms - lastSeen_ms > 2 * sameApproach_ms) granted.delete(personId);
    }
  };

  return {
    async seen(sighting) {
      newest = sighting;
      const rules = settings();
      if (!rules) return;
      for (const observed of sighting.people) {
        if (observed.verdict.kind !== 'pending' && needsDecision(observed)) {
          await act(observed, observed.verdict, rules);
        }
      }
      remember(sighting);
    },
    tick() {
      for (let event = unrecorded[0]; event; event = unrecorded[0]) {
        try {
          store.append(event);
        } catch {
          return;
        }
        unrecorded.shift();
        sync.wake();
      }
    },
    phase() {
      const now_ms = clock.monotonic_ms();
      const inView = newest && now_ms - newest.at_ms < shown_ms ? newest.people : [];
      const since_ms = last ? now_ms - last.at_ms : Number.POSITIVE_INFINITY;
      if (last && since_ms < shownAtLeast_ms) return last.outcome;
      if (inView.some(({ track }) => track.frames > 1 && !decided.has(track.id))) return { name: 'looking' };
      if (last && since_ms < shown_ms) return last.outcome;
      return outcomeOfNearest(inView, decided) ?? { name: 'idle' };
    },
  };
}

/** Of somebody who stands there since it was decided: the one seen last, of several the nearest. */
function outcomeOfNearest(
  people: readonly Observed[],
  decided: ReadonlyMap<number, Decided>,
): Outcome | undefined {
  const [nearest] = people
    .filter(({ track }) => decided.has(track.id))
    .sort(
      ({ track: a }, { track: b }) => b.lastSeen_ms - a.lastSeen_ms || b.face.box.width - a.face.box.width,
    );
  return nearest && decided.get(nearest.track.id)?.outcome;
}

function outcomeOf({ decision, reason }: AccessDecision, displayName: string | undefined): Outcome {
  if (decision === 'grant') return { name: 'granted', displayName: displayName ?? '' };
  return { name: 'denied', reason, ...(displayName !== undefined && { displayName }) };
}
