import type { Track } from './track.js';

/** Who is being served where only one person can be. */
export type Front =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'one'; readonly track: Track }
  /** Two stand so near that it is not clear who is meant. */
  | { readonly kind: 'several'; readonly track: Track };

/** Seen in fewer frames, a face may be none. */
const leastFrames = 2;
/** A second face with at least this share of the first one's area is as near. */
const notableShare = 0.5;

/** Whether this is somebody, as far as can be told: seen more than once, and now. */
export function isPresent(track: Track, frame: { readonly at_ms: number }): boolean {
  return track.lastSeen_ms === frame.at_ms && track.frames >= leastFrames;
}

/** The one in front: the largest face, by area, lessened towards the sides of the picture to half. */
export function frontOf(
  tracks: readonly Track[],
  frame: { readonly width: number; readonly at_ms: number },
): Front {
  const present = tracks
    .filter(track => isPresent(track, frame))
    .map(track => ({ track, weight: weightOf(track, frame.width) }))
    .sort((a, b) => b.weight - a.weight);
  const [first, second] = present;
  if (!first) return { kind: 'nobody' };
  const several = second !== undefined && second.weight >= notableShare * first.weight;
  return { kind: several ? 'several' : 'one', track: first.track };
}

function weightOf({ face: { box } }: Track, width: number): number {
  const aside = Math.min(1, Math.abs(box.x + box.width / 2 - width / 2) / (width / 2));
  return box.width * box.height * (1 - aside / 2);
}
