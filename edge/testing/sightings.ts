import type { Clock } from '../contracts.js';
import type { Sighting, Verdict } from '../vision/index.js';
import { embeddingOf, evidence, faceOf, idOf } from './faces.js';

export const pending: Verdict = { kind: 'pending' };
export const identified = (person: number): Verdict => ({
  kind: 'identified',
  personId: idOf(person),
  evidence,
});
type Settled = Exclude<Verdict, { kind: 'pending' }>;

export const unsureAbout = (people: readonly number[], isLive = true): Settled => ({
  ...{ kind: 'unsure', evidence, isLive },
  candidates: people.map(idOf),
});
export const refused = (kind: 'unsure' | 'unknown' | 'not-live'): Settled =>
  kind === 'unsure' ? unsureAbout([]) : { kind, evidence };

export interface Shown {
  readonly track: number;
  readonly verdict: Verdict;
  readonly x?: number;
  readonly size?: number;
  /** Not in this frame, but still followed. */
  readonly unseen?: boolean;
  /** How long ago the face could last be compared; absent: the track keeps no looks. */
  readonly lookedAgo_ms?: number;
}

/** What a frame at the clock's time shows. */
export function sightingAt(clock: Pick<Clock, 'monotonic_ms'>, ...shown: readonly Shown[]): Sighting {
  const at_ms = clock.monotonic_ms();
  return {
    at_ms,
    width: 1_280,
    height: 720,
    ended: [],
    times_ms: { decode: 0, detect: 0, landmarks: 0, quality: 0, liveness: 0, align: 0, embed: 0 },
    people: shown.map(({ track, verdict, x = 540, size = 200, unseen = false, lookedAgo_ms }) => ({
      verdict,
      track: {
        id: track,
        face: faceOf({ x, size }),
        velocity: { x: 0, y: 0 },
        firstSeen_ms: at_ms - 400,
        lastSeen_ms: unseen ? at_ms - 100 : at_ms,
        frames: 3,
        looks:
          lookedAgo_ms === undefined
            ? []
            : [{ at_ms: at_ms - lookedAgo_ms, embedding: embeddingOf(track), quality: 1 }],
      },
    })),
  };
}
