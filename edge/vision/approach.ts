import type { Calibration } from '../../models/index.js';
import { thresholdFor } from '../../models/index.js';
import type { Evidence } from '../../protocol/index.js';
import type { Gallery, SearchResult } from '../contracts.js';
import type { CuePolicy, TrackLiveness } from './liveness.js';
import type { Track } from './track.js';

export interface LivenessPolicy {
  readonly required: boolean;
  /** Least score of a track. */
  readonly threshold: number;
  /** Whether cues over time lower the score; default `count`. */
  readonly cues?: CuePolicy;
  /** Least time to watch somebody before the score is believed, ms; default 0. */
  readonly observe_ms?: number;
}

export interface ApproachPolicy {
  readonly calibration: Calibration;
  /** Wanted false-positive identification rate of one approach. */
  readonly fpir: number;
  readonly liveness: LivenessPolicy;
}

/** What a track amounts to. Everything but `pending` is final for this approach. */
export type Verdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'identified'; readonly personId: string; readonly evidence: Evidence }
  /** Above the threshold, but not clearly one person: a second credential may choose among the candidates. */
  | {
      readonly kind: 'unsure';
      readonly evidence: Evidence;
      /** Persons above the threshold, at most two. */
      readonly candidates: readonly string[];
      /** Liveness was passed, or is not asked for. */
      readonly isLive: boolean;
    }
  | { readonly kind: 'unknown'; readonly evidence: Evidence }
  | { readonly kind: 'not-live'; readonly evidence: Evidence };

/** So many of the last looks must have the same best person. */
export const agreeing = 3;
/** So many looks, over so long, before a refusal: somebody who is still walking up gets better looks in a moment. */
export const looksToRefuse = 5;
export const time_ms_toRefuse = 1_000;
/** Whoever has shown nothing but a profile, a blur or half a face is given longer to look at the camera. */
const time_ms_toRefuseUnclear = 3_000;
/** A look of this quality shows clearly enough who it is not. */
const clearQuality = 0.6;
/** Margin reported when the gallery has one person only: the greatest distance two cosines can have. */
const noSecond = 2;

/** The part of a gallery that a decision needs. */
export type Searchable = Pick<Gallery, 'packId' | 'revision' | 'persons' | 'templates' | 'search'>;

/** A gallery that remembers what it found for an embedding until its content changes: a look is searched for once. */
export function rememberSearches(gallery: Gallery): Searchable {
  const found = new WeakMap<Float32Array, { readonly revision: number; readonly result: SearchResult }>();
  return {
    packId: gallery.packId,
    get revision() {
      return gallery.revision;
    },
    get persons() {
      return gallery.persons;
    },
    get templates() {
      return gallery.templates ?? gallery.persons;
    },
    search(embedding) {
      const known = found.get(embedding);
      if (known?.revision === gallery.revision) return known.result;
      const result = gallery.search(embedding);
      found.set(embedding, { revision: gallery.revision, result });
      return result;
    },
  };
}

/**
 * Decides an approach from the looks of its track: their embeddings are averaged by quality and searched once, and the single
 * looks must agree with the result.
 */
export function decideApproach(
  track: Track,
  gallery: Searchable,
  policy: ApproachPolicy,
  now_ms: number,
  /** Of the whole track; without it the mean of the looks stands. */
  judged?: TrackLiveness,
): Verdict {
  const { looks } = track;
  const first = looks[0];
  if (!first || looks.length < agreeing) return { kind: 'pending' };
  const mean = weightedMean(track);
  const { best, second } = gallery.search(mean);
  const threshold = thresholdFor({
    calibration: policy.calibration,
    fpir: policy.fpir,
    galleryPersons: gallery.persons,
    // Frames of one approach and several templates a person share much of their noise: counted in full, they ask for a little
    // more than is needed.
    probePhotos: looks.length,
    enrolmentPhotos: (gallery.templates ?? gallery.persons) / Math.max(1, gallery.persons),
  });
  const score = best?.score ?? -1;
  const margin = best && second ? best.score - second.score : noSecond;
  const liveness = judged?.score ?? meanLiveness(track);
  const evidence: Evidence = {
    packId: gallery.packId,
    score,
    margin,
    threshold,
    quality: looks.reduce((sum, look) => sum + look.quality, 0) / looks.length,
    ...(liveness === undefined ? {} : { liveness }),
    galleryRevision: gallery.revision,
    galleryPersons: gallery.persons,
    frames: looks.length,
  };
  const clear = looks.some(look => look.quality >= clearQuality);
  const wait_ms = clear ? time_ms_toRefuse : time_ms_toRefuseUnclear;
  const patient = looks.length >= looksToRefuse && now_ms - track.firstSeen_ms >= wait_ms;
  if (!best || score < threshold) return patient ? { kind: 'unknown', evidence } : { kind: 'pending' };
  const { required, threshold: leastLiveness } = policy.liveness;
  const isLive = !required || (liveness !== undefined && liveness >= leastLiveness);
  const agree = looks.filter(look => gallery.search(look.embedding).best?.personId === best.personId).length;
  if (margin < policy.calibration.margin || agree < agreeing) {
    const candidates = [best, second].flatMap(one => (one && one.score >= threshold ? [one.personId] : []));
    return patient ? { kind: 'unsure', evidence, candidates, isLive } : { kind: 'pending' };
  }
  const { observe_ms = 0 } = policy.liveness;
  if (policy.liveness.required && now_ms - track.firstSeen_ms < observe_ms) return { kind: 'pending' };
  if (!isLive) {
    return patient ? { kind: 'not-live', evidence } : { kind: 'pending' };
  }
  return { kind: 'identified', personId: best.personId, evidence };
}

function weightedMean({ looks }: Track): Float32Array {
  const mean = new Float32Array(looks[0]?.embedding.length ?? 0);
  for (const { embedding, quality } of looks) {
    const weight = Math.max(0.05, quality);
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + weight * (embedding[i] ?? 0);
  }
  const length = Math.hypot(...mean);
  return length > 0 ? mean.map(value => value / length) : mean;
}

function meanLiveness({ looks }: Track): number | undefined {
  const scores = looks.flatMap(look => (look.liveness === undefined ? [] : [look.liveness]));
  if (scores.length === 0) return undefined;
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
