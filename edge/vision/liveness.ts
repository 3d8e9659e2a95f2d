import { type Face, lessDoubts } from '../../vision/index.js';
import {
  blinkCue,
  borderCue,
  type Cue,
  type LivenessObservation,
  parallaxCue,
  stillnessCue,
} from './liveness-cues.js';

export const cueNames = ['parallax', 'blink', 'border', 'stillness'] as const;
export type CueName = (typeof cueNames)[number];

/** `count`: cues lower the score. `advisory`: they are reported and change nothing. */
export type CuePolicy = 'count' | 'advisory';

/** The newest frames whose scores make the nets' mean: somebody who came in with a bad light should not carry it along. */
const netFrames = 5;

/** What a track's frames say together about whether somebody is there. */
export interface TrackLiveness {
  /** 0 (attack) to 1 (live); undefined when no net has looked. */
  readonly score: number | undefined;
  /** The nets' mean over the newest frames. */
  readonly nets: number | undefined;
  readonly cues: Readonly<Record<CueName, Cue>>;
  readonly frames: number;
  /** From the first to the last frame. */
  readonly watched_ms: number;
}

/**
 * One score for a track: the nets' mean, less each cue's doubt. A cue never raises the score: a video on a screen blinks and turns its
 * head as well. What moved of itself only takes back the doubt of standing still.
 */
export function judgeLiveness(
  observations: readonly LivenessObservation[],
  policy: CuePolicy = 'count',
): TrackLiveness {
  const scores = observations.flatMap(({ score }) => score ?? []).slice(-netFrames);
  const nets = scores.length > 0 ? scores.reduce((sum, score) => sum + score, 0) / scores.length : undefined;
  const found = {
    parallax: parallaxCue(observations),
    blink: blinkCue(observations),
    border: borderCue(observations),
    stillness: stillnessCue(observations),
  };
  const moves = found.blink.kind === 'alive' || found.parallax.kind === 'alive';
  const cues: TrackLiveness['cues'] = moves ? { ...found, stillness: { kind: 'abstains' } } : found;
  const doubts = Object.values(cues).flatMap(cue => (cue.kind === 'doubt' ? cue.doubt : []));
  const [first, last] = [observations[0], observations.at(-1)];
  return {
    score: nets === undefined || policy === 'advisory' ? nets : lessDoubts(nets, doubts),
    nets,
    cues,
    frames: observations.length,
    watched_ms: first && last ? last.at_ms - first.at_ms : 0,
  };
}

/** Frames kept of a track, and for how long. */
const mostObservations = 30;
const kept_ms = 5_000;

export interface LivenessMemory {
  /** Adds what a frame shows of a track. */
  add(trackId: number, face: Face, at_ms: number): void;
  of(trackId: number): readonly LivenessObservation[];
  forget(trackId: number): void;
}

/** Remembers of each track what liveness needs: points, scores and times, no picture. Frames of poor quality are left out. */
export function createLivenessMemory(): LivenessMemory {
  const seen = new Map<number, LivenessObservation[]>();
  return {
    add(trackId, { quality, landmarks, liveness }, at_ms) {
      if (quality.grade === 'poor') return;
      const before = (seen.get(trackId) ?? []).filter(one => at_ms - one.at_ms < kept_ms);
      const { score, border } = liveness ?? {};
      const observation = {
        at_ms,
        landmarks,
        ...(score !== undefined && { score }),
        ...(border !== undefined && { border }),
      };
      seen.set(trackId, [...before, observation].slice(-mostObservations));
    },
    of: trackId => seen.get(trackId) ?? [],
    forget: trackId => void seen.delete(trackId),
  };
}
