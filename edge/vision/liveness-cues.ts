import { borderDoubt, type Point } from '../../vision/index.js';
import { eyeDistance, fitPlane } from './liveness-geometry.js';

/** What one frame tells about whether somebody is there. */
export interface LivenessObservation {
  readonly at_ms: number;
  /** 68 points, px of the frame; empty when they were not looked for. */
  readonly landmarks: readonly Point[];
  /** What the nets say, 0 to 1. */
  readonly score?: number;
  /** See Liveness.border. */
  readonly border?: number;
}

/**
 * A cue's word. `alive`: something was seen that a still picture cannot do. `doubt`: the probability of an attack by this cue alone.
 * `measure` is the number behind it. A cue that has not seen enough abstains.
 */
export type Cue =
  | { readonly kind: 'abstains' }
  | { readonly kind: 'alive'; readonly measure: number }
  | { readonly kind: 'doubt'; readonly measure: number; readonly doubt: number };

const abstains: Cue = { kind: 'abstains' };

/** Landmarks in fewer px of eye distance are too coarse for geometry. */
const leastEyes_px = 45;
const mostFramesCompared = 8;

/**
 * Residuals as shares of the eye distance. Real landmarks on 20 photos, flattened by up to 30°, with camera noise: 97 % below 0.024,
 * none above 0.034. Pairs of photos of one head turned by 10–20°: half above 0.045, by more: nearly all.
 */
const depthFrom = 0.045;
/** A plane turned by 20°; below that, the shortening drowns in the landmarks' noise. */
const leastForeshortening = 0.06;
/** A head shortened by f leaves about 0.17·√f; a plane half of that at most. Of 243 pairs of heads 5 stayed below. */
const flatUpTo = 0.085;
const leastPairs = 3;
const flatDoubt = 0.85;

/**
 * Parallax: do the steady points of all frames lie on one moving plane? A head that turns leaves a rest that no plane explains; a print
 * that is turned shortens without one. Held still or only shifted, both look alike, and the cue abstains.
 */
export function parallaxCue(observations: readonly LivenessObservation[]): Cue {
  const frames = spread(observations.filter(({ landmarks }) => eyeDistance(landmarks) >= leastEyes_px));
  const tilted: { readonly residual: number; readonly limit: number }[] = [];
  const residuals: number[] = [];
  for (const [i, one] of frames.entries()) {
    for (const other of frames.slice(i + 1)) {
      const fit = fitPlane(one.landmarks, other.landmarks);
      if (!fit) continue;
      residuals.push(fit.residual);
      if (fit.foreshortening < leastForeshortening) continue;
      tilted.push({ residual: fit.residual, limit: flatUpTo * Math.sqrt(fit.foreshortening) });
    }
  }
  const deepest = residuals.toSorted((a, b) => b - a)[leastPairs - 1];
  if (deepest === undefined) return abstains;
  if (deepest >= depthFrom) return { kind: 'alive', measure: deepest };
  const flat = tilted.filter(({ residual, limit }) => residual <= limit).length;
  if (flat < leastPairs || flat < 0.75 * tilted.length) return abstains;
  return { kind: 'doubt', measure: deepest, doubt: flatDoubt };
}

const blinkWithin_ms = 500;
const leastFramesForBlink = 5;
/** Shares of the eyes' usual opening. */
const [shut, open, steadyWithin] = [0.6, 0.85, 0.1];

/** Blink: both eyes nearly shut for a moment and open before and after. People may look for seconds without one, so its absence tells nothing. */
export function blinkCue(observations: readonly LivenessObservation[]): Cue {
  const frames = observations.flatMap(({ at_ms, landmarks }) => {
    if (eyeDistance(landmarks) < leastEyes_px) return [];
    const [left, right] = [openingOf(landmarks, 36), openingOf(landmarks, 42)];
    return left === undefined || right === undefined ? [] : [{ at_ms, left, right }];
  });
  if (frames.length < leastFramesForBlink) return abstains;
  const usual = { left: median(frames.map(one => one.left)), right: median(frames.map(one => one.right)) };
  if (!(usual.left > 0 && usual.right > 0)) return abstains;
  const openings = frames.map(({ at_ms, left, right }) => {
    const shares = [left / usual.left, right / usual.right] as const;
    return { at_ms, wider: Math.max(...shares), narrower: Math.min(...shares) };
  });
  // Eyes that flutter from frame to frame are a landmark net's noise.
  const unrest = median(openings.map(one => Math.abs(one.wider - 1)));
  if (unrest > steadyWithin) return abstains;
  for (const [i, { at_ms, wider }] of openings.entries()) {
    if (wider > shut) continue;
    const isOpen = (one: (typeof openings)[number]): boolean =>
      one.narrower >= open && Math.abs(one.at_ms - at_ms) <= blinkWithin_ms;
    if (openings.slice(0, i).some(isOpen) && openings.slice(i + 1).some(isOpen)) {
      return { kind: 'alive', measure: wider };
    }
  }
  return abstains;
}

const leastBorderFrames = 3;

/** A border around the face in most of the frames, as of a print or a screen. */
export function borderCue(observations: readonly LivenessObservation[]): Cue {
  const borders = observations.flatMap(({ border }) => border ?? []);
  if (borders.length < leastBorderFrames) return abstains;
  const measure = median(borders);
  const doubt = borderDoubt(measure);
  return doubt > 0 ? { kind: 'doubt', measure, doubt } : abstains;
}

const stillFor_ms = 1_500;
const leastStillFrames = 8;
/**
 * Share of the eye distance, about 0.7 mm. People who stand quietly sway by several times that; a photo on a stand gives 0.004
 * (median of 20, with camera noise; the highest 0.011).
 */
const stillBelow = 0.008;
/** Not enough to refuse alone what the nets are sure of. */
const stillDoubt = 0.4;

/** Stillness: nobody alive stands like a picture on a stand. A hand that holds the picture moves enough to make the cue abstain. */
export function stillnessCue(observations: readonly LivenessObservation[]): Cue {
  const frames = observations.filter(({ landmarks }) => eyeDistance(landmarks) >= leastEyes_px);
  const [first, last] = [frames[0], frames.at(-1)];
  if (!first || !last || frames.length < leastStillFrames || last.at_ms - first.at_ms < stillFor_ms)
    return abstains;
  const centres = frames.map(({ landmarks }) => ({
    x: mean(landmarks.map(p => p.x)),
    y: mean(landmarks.map(p => p.y)),
    eyes: eyeDistance(landmarks),
  }));
  const unit = mean(centres.map(one => one.eyes));
  const spreadOf = (values: readonly number[]): number => {
    const middle = mean(values);
    return mean(values.map(value => (value - middle) ** 2));
  };
  const moved = Math.sqrt(spreadOf(centres.map(one => one.x)) + spreadOf(centres.map(one => one.y))) / unit;
  return moved < stillBelow ? { kind: 'doubt', measure: moved, doubt: stillDoubt } : abstains;
}

/** Height over width of the eye whose six points begin at `start`, against the nose's length over the eyes' distance, so that nodding hardly changes it. */
function openingOf(landmarks: readonly Point[], start: number): number | undefined {
  const distance = (a: number, b: number): number => {
    const [p, q] = [landmarks[a], landmarks[b]];
    return p && q ? Math.hypot(p.x - q.x, p.y - q.y) : Number.NaN;
  };
  const height = (distance(start + 1, start + 5) + distance(start + 2, start + 4)) / 2;
  const opening = height / distance(start, start + 3) / (distance(27, 33) / distance(36, 45));
  return Number.isFinite(opening) ? opening : undefined;
}

/** At most so many frames, evenly over the time. */
function spread<T>(frames: readonly T[]): readonly T[] {
  if (frames.length <= mostFramesCompared) return frames;
  return Array.from(
    { length: mostFramesCompared },
    (_, i) => frames[Math.round((i * (frames.length - 1)) / (mostFramesCompared - 1))] as T,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
