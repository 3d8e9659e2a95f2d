import {
  type AccessReason,
  type EventBody,
  type Evidence,
  type GateScreen,
  PorterError,
} from '../protocol/index.js';
import { type Door, decideAccess } from './access/index.js';
import type { Clock, Gallery, Log, Store, Sync } from './contracts.js';
import type { Metrics } from './metrics.js';
import type { Track, Verdict } from './vision/index.js';

/** How long a decision stays on the screen when nobody else comes. */
const shown_ms = 3_000;

export interface GateNeeds {
  readonly gallery: Gallery;
  readonly store: Pick<Store, 'append' | 'settings'>;
  readonly sync: Pick<Sync, 'wake'>;
  readonly door: Door;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onChange: () => void;
}

/** What a gate does with the verdicts on approaches: decide, open, record, show. */
export function createGate(needs: GateNeeds) {
  const { gallery, store, sync, door, clock, log, metrics } = needs;
  let shown: { readonly phase: GateScreen['phase']; readonly until_ms: number } | undefined;

  const show = (phase: GateScreen['phase']): void => {
    shown = { phase, until_ms: clock.monotonic_ms() + shown_ms };
    needs.onChange();
  };
  const record = (body: EventBody): void => {
    try {
      store.append(body);
      sync.wake();
    } catch (error) {
      // The door is open already: the way in must not depend on the disk. The loss is said, not hidden.
      metrics.count('entries_lost');
      log.error({ error: String(error) }, 'an entry could not be recorded');
    }
  };

  return {
    async decided(track: Track, verdict: Exclude<Verdict, { kind: 'pending' }>): Promise<void> {
      const settings = store.settings()?.gate;
      if (!settings) return;
      const { accessPoint, timeZone, relayPulse_ms } = settings;
      const personId = verdict.kind === 'identified' ? verdict.personId : undefined;
      const person = personId === undefined ? undefined : gallery.person(personId);
      const { decision, reason } = decideAccess({
        verdict,
        person,
        accessPointId: accessPoint.id,
        now_ms: clock.now_ms(),
        clockTrusted: needs.clockTrusted(),
        timeZone,
      });
      if (decision === 'grant') {
        try {
          await door.open(relayPulse_ms);
          metrics.observe('face_to_relay', clock.monotonic_ms() - track.firstSeen_ms);
        } catch (error) {
          log.error(
            { error: error instanceof PorterError ? error.code : String(error) },
            'the door did not open',
          );
        }
      }
      metrics.count('decisions', { decision, reason });
      record(
        accessEvent({
          accessPointId: accessPoint.id,
          decision,
          reason,
          personId,
          evidence: verdict.evidence,
        }),
      );
      const displayName = person?.displayName;
      if (decision === 'grant') show({ name: 'granted', displayName: displayName ?? '' });
      else show({ name: 'denied', reason, ...(displayName ? { displayName } : {}) });
    },
    /** What the screen shows, given whether somebody undecided is in view. */
    phase(looking: boolean): GateScreen['phase'] {
      if (shown && clock.monotonic_ms() < shown.until_ms) return shown.phase;
      return { name: looking ? 'looking' : 'idle' };
    },
  };
}

function accessEvent(options: {
  readonly accessPointId: string;
  readonly decision: 'grant' | 'deny';
  readonly reason: AccessReason;
  readonly personId: string | undefined;
  readonly evidence: Evidence;
}): EventBody {
  const { personId, ...rest } = options;
  return { kind: 'access', credential: 'face', ...rest, ...(personId === undefined ? {} : { personId }) };
}
