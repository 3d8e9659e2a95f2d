import { type Calibration, thresholdFor } from '../../models/index.js';
import type { Face } from '../../vision/index.js';
import { overlap } from '../../vision/index.js';

/** One usable look at a face: good enough to match. */
export interface Look {
  readonly at_ms: number;
  readonly embedding: Float32Array;
  /** 0 to 1. */
  readonly quality: number;
  readonly liveness?: number;
}

/** One person through frames. */
export interface Track {
  readonly id: number;
  /** The face in the newest frame that showed it. */
  readonly face: Face;
  /** px a second, of the box's corner. */
  readonly velocity: { readonly x: number; readonly y: number };
  readonly firstSeen_ms: number;
  readonly lastSeen_ms: number;
  /** Frames that showed it. A single one may be a pattern on somebody's clothes. */
  readonly frames: number;
  /** When the first usable look came. */
  readonly firstLook_ms?: number;
  /** The newest looks, oldest first, at most `keptLooks`. */
  readonly looks: readonly Look[];
  /** The best look so far: whoever does not resemble it is somebody else, however the looks have drifted. */
  readonly exemplar?: Look;
}

export interface TrackUpdate {
  readonly tracks: readonly Track[];
  readonly ended: readonly Track[];
  /** Id for the next new track. */
  readonly nextId: number;
}

/** How alike two looks within a second are: at least `same` for one person, below `other` for two. */
export interface Likeness {
  readonly same: number;
  readonly other: number;
}

export const keptLooks = 5;
/** A person unseen for this long has left. */
export const lost_ms = 800;
/** After a pause in the frames as long as this, nobody is taken for the one before. */
const pause_ms = 3_000;
/** Boxes overlap by less than this (intersection over union): another face, unless the embedding says otherwise. */
const leastOverlap = 0.3;
/** Two strangers reach `same` once in so many pairs, and `other` once in so many. */
const sameFmr = 1e-5;
const otherFmr = 1e-4;

/** Cosines mean something else in each pack: both limits come from its measured tail. */
export function likenessOf(calibration: Calibration): Likeness {
  const at = (fmr: number): number => thresholdFor({ calibration, fpir: fmr, galleryPersons: 1 });
  return { same: at(sameFmr), other: at(otherFmr) };
}

/**
 * Assigns the faces of a frame to tracks. Motion proposes, the embedding decides: where both have one and they differ, an
 * overlapping face is not taken for the same person, so that people who cross do not swap.
 */
export function updateTracks(options: {
  readonly previous: readonly Track[];
  readonly faces: readonly Face[];
  readonly now_ms: number;
  readonly nextId: number;
  readonly likeness: Likeness;
}): TrackUpdate {
  const { previous, faces, now_ms, nextId, likeness } = options;
  const recent = previous.filter(track => now_ms - track.lastSeen_ms < pause_ms);
  const faceOf = assign(recent, faces, now_ms, likeness);
  const taken = new Set(faceOf.values());
  const tracks: Track[] = [];
  const ended: Track[] = [];
  for (const track of previous) {
    const face = faceOf.get(track);
    if (face) tracks.push(continued(track, face, now_ms));
    else if (now_ms - track.lastSeen_ms < lost_ms) tracks.push(track);
    else ended.push(track);
  }
  let id = nextId;
  for (const face of faces) if (!taken.has(face)) tracks.push(begun(id++, face, now_ms));
  return { tracks, ended, nextId: id };
}

/** Best fits first; a track has at most one face, a face at most one track. */
function assign(
  tracks: readonly Track[],
  faces: readonly Face[],
  now_ms: number,
  likeness: Likeness,
): Map<Track, Face> {
  const pairs = tracks
    .flatMap(track => faces.map(face => ({ track, face, fit: fitOf(track, face, now_ms, likeness) })))
    .filter(pair => pair.fit > 0)
    .sort((a, b) => b.fit - a.fit);
  const faceOf = new Map<Track, Face>();
  const taken = new Set<Face>();
  for (const { track, face } of pairs) {
    if (faceOf.has(track) || taken.has(face)) continue;
    faceOf.set(track, face);
    taken.add(face);
  }
  return faceOf;
}

/** 0: cannot be the same person; higher is better. */
function fitOf(track: Track, face: Face, now_ms: number, likeness: Likeness): number {
  const passed_s = (now_ms - track.lastSeen_ms) / 1000;
  const { box } = track.face;
  const predicted = {
    ...box,
    x: box.x + track.velocity.x * passed_s,
    y: box.y + track.velocity.y * passed_s,
  };
  const shared = Math.max(overlap(predicted, face.box), overlap(box, face.box));
  const near = shared >= leastOverlap ? shared : 0;
  const { embedding } = face;
  if (!embedding || !track.exemplar) return near;
  const recent = Math.max(...track.looks.map(look => cosine(look.embedding, embedding)));
  const alike = Math.min(recent, cosine(track.exemplar.embedding, embedding));
  if (alike < likeness.other) return 0;
  return alike >= likeness.same ? 2 + alike : near;
}

function begun(id: number, face: Face, now_ms: number): Track {
  const start = { id, face, velocity: { x: 0, y: 0 }, firstSeen_ms: now_ms, lastSeen_ms: now_ms };
  return { ...start, frames: 1, looks: [], ...withLook([], undefined, face, now_ms) };
}

function continued(track: Track, face: Face, now_ms: number): Track {
  const passed_s = Math.max(0.001, (now_ms - track.lastSeen_ms) / 1000);
  const { box } = track.face;
  return {
    ...track,
    face,
    velocity: { x: (face.box.x - box.x) / passed_s, y: (face.box.y - box.y) / passed_s },
    lastSeen_ms: now_ms,
    frames: track.frames + 1,
    ...withLook(track.looks, track.exemplar, face, now_ms),
  };
}

/** What a usable look changes in a track; nothing when the face carries no embedding. */
function withLook(
  looks: readonly Look[],
  exemplar: Look | undefined,
  { embedding, quality, liveness }: Face,
  at_ms: number,
): Partial<Pick<Track, 'looks' | 'exemplar' | 'firstLook_ms'>> {
  if (!embedding) return {};
  const look: Look = {
    at_ms,
    embedding,
    quality: quality.score,
    ...(liveness && { liveness: liveness.score }),
  };
  return {
    looks: [...looks, look].slice(-keptLooks),
    exemplar: exemplar && exemplar.quality >= look.quality ? exemplar : look,
    ...(!exemplar && { firstLook_ms: at_ms }),
  };
}

/** Of unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
