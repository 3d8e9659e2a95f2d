import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Face } from '../../vision/index.js';
import { calibration, embeddingOf, faceOf, galleryOf, idOf, personOf } from '../testing/faces.js';
import { createScriptedVision } from '../testing/vision.js';
import { frontOf } from './front.js';
import { createObserver } from './observer.js';
import { likenessOf, type TrackUpdate, updateTracks } from './track.js';

const frame_ms = 100;
const likeness = likenessOf(calibration);

/** Two who walk past one another, as a camera sees them: noise in place and look, looks and faces missing now and then. */
interface Walk {
  readonly frames: number;
  /** px a frame; the first walks to the right, the second to the left. */
  readonly speeds: readonly [number, number];
  /** px between their heights: 0 is one right behind the other. */
  readonly apart_px: number;
  readonly sizes: readonly [number, number];
  readonly noise: number;
  readonly jitter_px: number;
  /** The first is gone from this frame on, the second comes with that one. */
  readonly leaves: number;
  readonly enters: number;
  /** Per frame and person: a look, a face without a look, or nothing. */
  readonly seen: readonly (readonly ['look' | 'face' | 'nothing', 'look' | 'face' | 'nothing'])[];
}

const sight = fc.oneof(
  { weight: 7, arbitrary: fc.constant('look' as const) },
  { weight: 2, arbitrary: fc.constant('face' as const) },
  { weight: 1, arbitrary: fc.constant('nothing' as const) },
);
const walk: fc.Arbitrary<Walk> = fc.record({
  frames: fc.integer({ min: 8, max: 24 }),
  speeds: fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 80 })),
  apart_px: fc.integer({ min: 0, max: 150 }),
  sizes: fc.tuple(fc.integer({ min: 80, max: 260 }), fc.integer({ min: 80, max: 260 })),
  noise: fc.double({ min: 0, max: 0.5, noNaN: true }),
  jitter_px: fc.integer({ min: 0, max: 8 }),
  leaves: fc.integer({ min: 4, max: 24 }),
  enters: fc.integer({ min: 0, max: 12 }),
  seen: fc.array(fc.tuple(sight, sight), { minLength: 24, maxLength: 24 }),
});

/** The faces of each frame with who they are; the two meet in the middle of the walk. */
function framesOf(walk: Walk): { face: Face; person: number }[][] {
  const middle = walk.frames / 2;
  return Array.from({ length: walk.frames }, (_, i) => {
    const shown = walk.seen[i] ?? ['look', 'look'];
    return ([1, 2] as const).flatMap(person => {
      const index = person - 1;
      const away = person === 1 ? i >= walk.leaves : i < walk.enters;
      if (away || shown[index] === 'nothing') return [];
      const direction = person === 1 ? 1 : -1;
      const wobble = (((i * 7 + person * 3) % 5) - 2) * (walk.jitter_px / 2);
      const face = faceOf({
        x: 600 + direction * (walk.speeds[index] ?? 0) * (i - middle) + wobble,
        y: 200 + index * walk.apart_px,
        size: walk.sizes[index] ?? 100,
        embedding: shown[index] === 'look' ? embeddingOf(person, walk.noise, i + 1) : undefined,
      });
      return [{ face, person }];
    });
  });
}

describe('two people who cross', () => {
  it('never swap: looks of both are never in one track, however fast, near or badly seen they are', () => {
    fc.assert(
      fc.property(walk, one => {
        const frames = framesOf(one);
        const personOfLook = new Map(frames.flat().map(({ face, person }) => [face.embedding, person]));
        let last: TrackUpdate = { tracks: [], ended: [], nextId: 1 };
        for (const [i, faces] of frames.entries()) {
          last = updateTracks({
            previous: last.tracks,
            faces: faces.map(({ face }) => face),
            now_ms: i * frame_ms,
            nextId: last.nextId,
            likeness,
          });
          for (const { looks } of last.tracks) {
            expect(new Set(looks.map(look => personOfLook.get(look.embedding))).size).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('who give a look in every frame each stay one track from the first frame to the last', () => {
    fc.assert(
      fc.property(walk, one => {
        const frames = framesOf({
          ...one,
          noise: Math.min(one.noise, 0.35),
          seen: [],
          leaves: 99,
          enters: 0,
        });
        let last: TrackUpdate = { tracks: [], ended: [], nextId: 1 };
        const idsOf = new Map<number, Set<number>>([
          [1, new Set()],
          [2, new Set()],
        ]);
        for (const [i, faces] of frames.entries()) {
          last = updateTracks({
            previous: last.tracks,
            faces: faces.map(({ face }) => face),
            now_ms: i * frame_ms,
            nextId: last.nextId,
            likeness,
          });
          for (const { face, person } of faces) {
            const track = last.tracks.find(candidate => candidate.face === face);
            if (track) idsOf.get(person)?.add(track.id);
          }
        }
        expect([...idsOf.values()].map(ids => ids.size)).toEqual([1, 1]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('an approach', () => {
  const policy = () => ({ fpir: 0.01, liveness: { required: true, threshold: 0.4 } });

  it('is decided once: a track that was identified stays with that person, whatever its later frames show', async () => {
    await fc.assert(
      fc.asyncProperty(walk, async one => {
        const vision = createScriptedVision();
        const gallery = galleryOf(personOf(1), personOf(2));
        const observer = createObserver({ vision, gallery, policy, maxFaces: 4 });
        const decided = new Map<number, string>();
        const frames = framesOf(one);
        const personOfFace = new Map(frames.flat().map(({ face, person }) => [face, person]));
        for (const [i, faces] of frames.entries()) {
          vision.show(faces.map(({ face }) => face));
          const { people } = await observer.observe({
            jpeg: new Uint8Array(),
            sequence: i,
            capturedAt_ms: i * frame_ms,
          });
          for (const { track, verdict } of people) {
            const before = decided.get(track.id);
            if (before !== undefined) expect(verdict).toMatchObject({ kind: 'identified', personId: before });
            if (verdict.kind !== 'identified') continue;
            decided.set(track.id, verdict.personId);
            // Whoever shows a look in this track is the one it was decided for.
            const person = personOfFace.get(track.face);
            if (track.face.embedding && person) expect(verdict.personId).toBe(idOf(person));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('in front is never decided by the looks of the one behind', async () => {
    const people = fc.record({
      front: fc.integer({ min: 150, max: 300 }),
      behind: fc.integer({ min: 40, max: 100 }),
      noise: fc.double({ min: 0, max: 0.4, noNaN: true }),
      beside_px: fc.integer({ min: 0, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(people, async ({ front, behind, noise, beside_px }) => {
        const vision = createScriptedVision();
        const gallery = galleryOf(personOf(1), personOf(2));
        const observer = createObserver({ vision, gallery, policy, maxFaces: 4 });
        for (let i = 0; i < 8; i++) {
          const inFront = faceOf({ x: 500, size: front, embedding: embeddingOf(9, noise, i + 1) });
          const waiting = faceOf({
            x: 500 + beside_px,
            size: behind,
            embedding: embeddingOf(1, noise, i + 1),
          });
          vision.show([inFront, waiting]);
          const sighting = await observer.observe({
            jpeg: new Uint8Array(),
            sequence: i,
            capturedAt_ms: i * 250,
          });
          const chosen = frontOf(
            sighting.people.map(one => one.track),
            sighting,
          );
          if (chosen.kind === 'nobody') continue;
          expect(chosen.track.face).toBe(inFront);
          const { verdict } = sighting.people.find(one => one.track === chosen.track) ?? {};
          expect(verdict?.kind).not.toBe('identified');
        }
      }),
      { numRuns: 60 },
    );
  });
});
