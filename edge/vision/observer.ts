import type { ImageAnalysis, Vision } from '../../vision/index.js';
import type { Frame, Gallery } from '../contracts.js';
import { type ApproachPolicy, decideApproach, rememberSearches, type Verdict } from './approach.js';
import { createLivenessMemory, judgeLiveness, type TrackLiveness } from './liveness.js';
import { likenessOf, type Track, updateTracks } from './track.js';

export interface Observed {
  readonly track: Track;
  readonly verdict: Verdict;
  /** Absent for those whom this frame does not show. */
  readonly liveness?: TrackLiveness;
}

/** What one frame showed. */
export interface Sighting {
  /** Monotonic time of the frame. */
  readonly at_ms: number;
  /** Of the picture, px. */
  readonly width: number;
  readonly height: number;
  /** All that are still followed, whether or not this frame shows them. */
  readonly people: readonly Observed[];
  /** Those who have left. */
  readonly ended: readonly Track[];
  readonly times_ms: ImageAnalysis['times_ms'];
}

export interface Observer {
  /** Analyses a frame and follows who is in it. Calls must not overlap. Errors are those of Vision. */
  observe(frame: Frame): Promise<Sighting>;
}

export interface ObserverNeeds {
  readonly vision: Vision;
  readonly gallery: Gallery;
  /** Undefined while the device has no settings: everybody stays undecided. */
  readonly policy: () => Omit<ApproachPolicy, 'calibration'> | undefined;
  /** Faces that are looked at closely. */
  readonly maxFaces: number;
  /**
   * Once the only person in view is identified, embed every third frame alone: enough to notice that somebody else has taken the
   * place. For a gate, whose decision is made by then; a till asks who stands there until it is paid. Default false.
   */
  readonly restWhenSettled?: boolean;
}

/** Frames of a settled person between two that are examined in full. */
const skimmedInARow = 2;

/** Turns frames into people, each with at most one verdict. */
export function createObserver({
  vision,
  gallery,
  policy,
  maxFaces,
  restWhenSettled = false,
}: ObserverNeeds): Observer {
  const { calibration } = vision;
  const likeness = likenessOf(calibration);
  const searchable = rememberSearches(gallery);
  const verdicts = new Map<number, Verdict>();
  const memory = createLivenessMemory();
  let tracks: readonly Track[] = [];
  let nextId = 1;
  let skimmed = 0;

  const maySkim = (): boolean => {
    const [only, ...others] = tracks;
    const isSettled = only && others.length === 0 && verdicts.get(only.id)?.kind === 'identified';
    return restWhenSettled && isSettled === true && skimmed < skimmedInARow;
  };

  /** A refusal is looked at again when the gallery has changed: the person may just have been enrolled. */
  const verdictOn = (track: Track, at_ms: number, judged: TrackLiveness | undefined): Verdict => {
    const known = verdicts.get(track.id);
    const settled = known !== undefined && known.kind !== 'pending';
    if (settled && (known.kind === 'identified' || known.evidence.galleryRevision === gallery.revision)) {
      return known;
    }
    const rules = policy();
    const fresh: Verdict = rules
      ? decideApproach(track, searchable, { ...rules, calibration }, at_ms, judged)
      : { kind: 'pending' };
    const verdict = settled && fresh.kind === 'pending' ? known : fresh;
    verdicts.set(track.id, verdict);
    return verdict;
  };

  return {
    async observe(frame) {
      const skimSingle = maySkim();
      const { faces, width, height, times_ms } = await vision.analyse(
        { bytes: frame.jpeg },
        { maxFaces, skimSingle },
      );
      skimmed = skimSingle ? skimmed + 1 : 0;
      const at_ms = frame.capturedAt_ms;
      const update = updateTracks({ previous: tracks, faces, now_ms: at_ms, nextId, likeness });
      ({ tracks, nextId } = update);
      for (const { id } of update.ended) {
        verdicts.delete(id);
        memory.forget(id);
      }
      const cues = policy()?.liveness.cues;
      const people = tracks.map((track): Observed => {
        const shown = track.lastSeen_ms === at_ms;
        if (shown) memory.add(track.id, track.face, at_ms);
        const liveness = shown ? judgeLiveness(memory.of(track.id), cues) : undefined;
        return { track, verdict: verdictOn(track, at_ms, liveness), ...(liveness && { liveness }) };
      });
      return { at_ms, width, height, people, ended: update.ended, times_ms };
    },
  };
}
