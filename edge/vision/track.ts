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
  /** The newest looks, oldest first, at most `keptLooks`. */
  readonly looks: readonly Look[];
}

export interface TrackUpdate {
  readonly tracks: readonly Track[];
  readonly ended: readonly Track[];
  /** Id for the next new track. */
  readonly nextId: number;
}

export const keptLooks = 5;
/** A person unseen for this long has left. */
export const lost_ms = 800;
/** Boxes overlap by less than this (intersection over union): another face, unless the embedding says otherwise. */
const leastOverlap = 0.15;
/** Cosine above which two looks within a second are one person, below which they are two. */
const samePerson = 0.5;
const otherPerson = 0.2;

/**
 * Assigns the faces of a frame to tracks. Motion proposes, the embedding decides: where both have one and they differ, an
 * overlapping face is not taken for the same person, so that people who cross do not swap.
 */
export function updateTracks(
  previous: readonly Track[],
  faces: readonly Face[],
  now_ms: number,
  nextId: number,
): TrackUpdate {
  const pairs = previous
    .flatMap(track => faces.map(face => ({ track, face, fit: fitOf(track, face, now_ms) })))
    .filter(pair => pair.fit > 0)
    .sort((a, b) => b.fit - a.fit);
  const faceOf = new Map<Track, Face>();
  const taken = new Set<Face>();
  for (const { track, face } of pairs) {
    if (faceOf.has(track) || taken.has(face)) continue;
    faceOf.set(track, face);
    taken.add(face);
  }
  const tracks: Track[] = [];
  const ended: Track[] = [];
  for (const track of previous) {
    const face = faceOf.get(track);
    if (face) tracks.push(continued(track, face, now_ms));
    else if (now_ms - track.lastSeen_ms < lost_ms) tracks.push(track);
    else ended.push(track);
  }
  let id = nextId;
  for (const face of faces) {
    if (taken.has(face)) continue;
    const seen = { firstSeen_ms: now_ms, lastSeen_ms: now_ms };
    tracks.push({ id: id++, face, velocity: { x: 0, y: 0 }, ...seen, looks: lookAt(face, now_ms) });
  }
  return { tracks, ended, nextId: id };
}

/** 0: cannot be the same person; higher is better. */
function fitOf(track: Track, face: Face, now_ms: number): number {
  const passed_s = (now_ms - track.lastSeen_ms) / 1000;
  const { box } = track.face;
  const predicted = {
    ...box,
    x: box.x + track.velocity.x * passed_s,
    y: box.y + track.velocity.y * passed_s,
  };
  const shared = Math.max(overlap(predicted, face.box), overlap(box, face.box));
  const last = track.looks.at(-1)?.embedding;
  if (!last || !face.embedding) return shared >= leastOverlap ? shared : 0;
  const likeness = cosine(last, face.embedding);
  if (likeness < otherPerson) return 0;
  if (likeness >= samePerson) return 1 + likeness;
  return shared >= leastOverlap ? shared : 0;
}

function continued(track: Track, face: Face, now_ms: number): Track {
  const passed_s = Math.max(0.001, (now_ms - track.lastSeen_ms) / 1000);
  const { box } = track.face;
  return {
    ...track,
    face,
    velocity: { x: (face.box.x - box.x) / passed_s, y: (face.box.y - box.y) / passed_s },
    lastSeen_ms: now_ms,
    looks: [...track.looks, ...lookAt(face, now_ms)].slice(-keptLooks),
  };
}

function lookAt(face: Face, at_ms: number): Look[] {
  if (!face.embedding) return [];
  const liveness = face.liveness ? { liveness: face.liveness.score } : {};
  return [{ at_ms, embedding: face.embedding, quality: face.quality.score, ...liveness }];
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
