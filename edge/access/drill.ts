import type { DrillEvent, GateScreen, GateSettings } from '../../protocol/index.js';
import type { Clock, Log, Store, Sync } from '../contracts.js';
import {
  isPresent,
  judgePresentation,
  type LivenessPolicy,
  type Observed,
  type Sighting,
  type TrackLiveness,
} from '../vision/index.js';

/** Staff hold up prints and screens, and nothing opens. */
export interface Drill {
  /** Whether a drill is on now: then sightings belong here and not to the gate. */
  readonly running: boolean;
  /** Records the presentation of whoever is in front, once an approach. */
  seen(sighting: Sighting): void;
  phase(): Extract<GateScreen['phase'], { name: 'drill' }>;
}

export interface DrillNeeds {
  readonly settings: () => GateSettings | undefined;
  readonly store: Pick<Store, 'append'>;
  readonly sync: Pick<Sync, 'wake'>;
  readonly policy: LivenessPolicy;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
}

type Running = NonNullable<GateSettings['drill']>;

/** A gate that hears nothing more of central, and does not know the time, opens again after this. */
const longest_ms = 30 * 60_000;
/** Of a presentation that left: seen in fewer frames, it may have been nothing. */
const leastFrames = 3;

interface Followed {
  readonly observed: Observed;
  readonly liveness: TrackLiveness;
}

export function createDrill({ settings, store, sync, policy, clock, clockTrusted, log }: DrillNeeds): Drill {
  let current: { readonly drill: Running; readonly since_ms: number } | undefined;
  /** Tracks that were recorded, or were there before the drill began. */
  let settled = new Set<number>();
  let followed = new Map<number, Followed>();
  let known = new Set<number>();
  let count = 0;
  let last: DrillEvent['outcome'] | undefined;

  const runningDrill = (): Running | undefined => {
    const drill = settings()?.drill;
    if (!drill) return undefined;
    if (current?.drill.id !== drill.id) {
      current = { drill, since_ms: clock.monotonic_ms() };
      settled = new Set(known);
      followed = new Map();
      count = 0;
      last = undefined;
    }
    const over = clockTrusted() && clock.now_ms() >= Date.parse(drill.endsAt);
    return over || clock.monotonic_ms() - current.since_ms >= longest_ms ? undefined : drill;
  };

  const record = (
    drill: Running,
    accessPointId: string,
    outcome: DrillEvent['outcome'],
    one: Followed,
  ): void => {
    const { liveness, observed } = one;
    settled.add(observed.track.id);
    followed.delete(observed.track.id);
    count++;
    last = outcome;
    const doubts = Object.entries(liveness.cues).flatMap(([name, cue]) => (cue.kind === 'doubt' ? name : []));
    try {
      store.append({
        kind: 'drill',
        drillId: drill.id,
        accessPointId,
        presented: drill.presented,
        outcome,
        ...(liveness.score !== undefined && { liveness: liveness.score }),
        threshold: policy.threshold,
        frames: observed.track.frames,
        watched_ms: Math.max(0, Math.round(liveness.watched_ms)),
        doubts,
      });
      sync.wake();
    } catch (error) {
      log.error({ error: String(error) }, 'a presentation of the drill could not be recorded');
    }
  };

  return {
    get running() {
      return runningDrill() !== undefined;
    },
    seen(sighting) {
      const drill = runningDrill();
      const accessPointId = settings()?.accessPoint.id;
      known = new Set(sighting.people.map(({ track }) => track.id));
      if (!drill || accessPointId === undefined) return;
      for (const { id, frames } of sighting.ended) {
        const gone = followed.get(id);
        if (gone && frames >= leastFrames) record(drill, accessPointId, 'no-response', gone);
        followed.delete(id);
      }
      const observed = nearest(sighting);
      if (!observed?.liveness || settled.has(observed.track.id)) return;
      const { track, liveness } = observed;
      const one = { observed, liveness };
      const outcome = judgePresentation({ track, liveness, policy, now_ms: sighting.at_ms });
      if (outcome === 'pending') followed.set(track.id, one);
      else record(drill, accessPointId, outcome, one);
    },
    phase() {
      const { presented } = runningDrill() ?? current?.drill ?? { presented: 'live' };
      return { name: 'drill', presented, count, ...(last && { last }) };
    },
  };
}

/** What is held up is in front; whoever holds it may be in the picture too. */
function nearest(sighting: Sighting): Observed | undefined {
  const area = ({ track }: Observed): number => track.face.box.width * track.face.box.height;
  return sighting.people
    .filter(({ track }) => isPresent(track, sighting))
    .reduce<Observed | undefined>((best, one) => (best && area(best) >= area(one) ? best : one), undefined);
}
