import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceOf } from '../testing/faces.js';
import { headOf, jittered, type Point3, type Pose3, photoOf, seen } from '../testing/heads.js';
import { createLivenessMemory, judgeLiveness } from './liveness.js';
import { blinkCue, borderCue, type LivenessObservation, parallaxCue, stillnessCue } from './liveness-cues.js';

const head = headOf();
const photo = photoOf(head);
const frame_ms = 120;

/** A track: what a camera sees of a thing in each of its poses, with a landmark net's noise. */
function track(
  poses: readonly Pose3[],
  thing: (pose: Pose3) => readonly Point3[],
  {
    noise_px = 0.7,
    seed = 1,
    ...rest
  }: { noise_px?: number; seed?: number; score?: number; border?: number } = {},
): LivenessObservation[] {
  return poses.map((pose, i) => ({
    at_ms: i * frame_ms,
    landmarks: jittered(seen(thing(pose), pose), noise_px, seed * 1_000 + i),
    score: 0.95,
    ...rest,
  }));
}
const livePoses = (count: number, at: (i: number) => Pose3) => Array.from({ length: count }, (_, i) => at(i));
const ofHead = (): readonly Point3[] => head;
const ofPhoto = (): readonly Point3[] => photo;
const sway = (i: number): Pose3 => ({ x: 0.05 * Math.sin(i * 0.7), y: 0.02 * Math.cos(i * 0.5) });

const waved = fc.record({
  tilt: fc.double({ min: -35, max: 35, noNaN: true }),
  nod: fc.double({ min: -30, max: 30, noNaN: true }),
  roll: fc.double({ min: -20, max: 20, noNaN: true }),
  shift: fc.double({ min: -1, max: 1, noNaN: true }),
  distance: fc.double({ min: 6, max: 11, noNaN: true }),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});
const motion = ({
  tilt,
  nod,
  roll,
  shift,
  distance,
}: typeof waved extends fc.Arbitrary<infer T> ? T : never) =>
  livePoses(12, i => {
    const share = i / 11;
    return {
      yaw_deg: tilt * share,
      pitch_deg: nod * share,
      roll_deg: roll * Math.sin(i),
      x: shift * share,
      distance: 8 + (distance - 8) * share,
    };
  });

describe('parallax', () => {
  it('never finds depth in a photo, however it is turned, tilted, moved and brought nearer', () => {
    fc.assert(
      fc.property(waved, how => {
        expect(parallaxCue(track(motion(how), ofPhoto, how)).kind).not.toBe('alive');
      }),
    );
  });

  it('never takes a head for a plane, however it moves', () => {
    fc.assert(
      fc.property(waved, how => {
        expect(parallaxCue(track(motion(how), ofHead, how)).kind).not.toBe('doubt');
      }),
    );
  });

  it('finds depth in a head that turns by 15°, and a plane in a photo that is turned by 35°', () => {
    const turn = (deg: number) => livePoses(12, i => ({ yaw_deg: (deg * i) / 11 }));
    expect(parallaxCue(track(turn(18), ofHead)).kind).toBe('alive');
    expect(parallaxCue(track(turn(35), ofPhoto))).toMatchObject({ kind: 'doubt' });
  });

  it('abstains on a head and on a photo that only shift, from few frames, and far away', () => {
    const shifted = livePoses(12, i => ({ x: i * 0.05 }));
    expect(parallaxCue(track(shifted, ofHead)).kind).toBe('abstains');
    expect(parallaxCue(track(shifted, ofPhoto)).kind).toBe('abstains');
    expect(parallaxCue(track([{}, { yaw_deg: 30 }], ofPhoto)).kind).toBe('abstains');
    const far = livePoses(12, i => ({ yaw_deg: i * 3, distance: 25 }));
    expect(parallaxCue(track(far, ofPhoto)).kind).toBe('abstains');
    expect(parallaxCue([]).kind).toBe('abstains');
    expect(parallaxCue([{ at_ms: 0, landmarks: [] }]).kind).toBe('abstains');
  });
});

describe('a blink', () => {
  const blinking = (shutAt: number) =>
    track(
      livePoses(10, i => ({ ...sway(i), eyes: i === shutAt ? 0.2 : 1 })),
      pose => headOf(pose.eyes),
      { noise_px: 0.4 },
    );

  it('is seen, in one frame between open ones', () => {
    expect(blinkCue(blinking(5)).kind).toBe('alive');
  });

  it('is none when the eyes shut or open only once, or stay open', () => {
    expect(blinkCue(blinking(0)).kind).toBe('abstains');
    expect(blinkCue(blinking(9)).kind).toBe('abstains');
    expect(blinkCue(blinking(99)).kind).toBe('abstains');
  });

  it('is not faked by a photo that is nodded with, nor by eyes that flutter in the noise', () => {
    fc.assert(
      fc.property(waved, how => {
        expect(blinkCue(track(motion(how), ofPhoto, how)).kind).toBe('abstains');
      }),
    );
    const flutter = track(
      livePoses(12, i => ({ eyes: i % 2 ? 1 : 0.5 })),
      pose => headOf(pose.eyes),
    );
    expect(blinkCue(flutter).kind).toBe('abstains');
  });
});

describe('stillness', () => {
  it('is doubted after one and a half seconds on a stand, and never in somebody who sways', () => {
    const stand = livePoses(16, () => ({}));
    expect(stillnessCue(track(stand, ofPhoto))).toMatchObject({ kind: 'doubt' });
    expect(stillnessCue(track(stand.slice(0, 8), ofPhoto)).kind).toBe('abstains');
    expect(stillnessCue(track(livePoses(16, sway), ofHead)).kind).toBe('abstains');
  });
});

describe('a border', () => {
  it('counts when most frames show it', () => {
    const show = (borders: readonly number[]) =>
      borderCue(borders.map((border, i) => ({ at_ms: i, landmarks: [], border })));
    expect(show([0.9, 0.95, 0])).toMatchObject({ kind: 'doubt', measure: 0.9 });
    expect(show([0.9, 0, 0]).kind).toBe('abstains');
    expect(show([0.9, 0.9]).kind).toBe('abstains');
  });
});

describe('the score of a track', () => {
  it('is the nets’ mean where the cues have nothing to say', () => {
    const judged = judgeLiveness(track(livePoses(4, sway), ofHead, { score: 0.8 }));
    expect(judged).toMatchObject({ score: expect.closeTo(0.8), nets: expect.closeTo(0.8), frames: 4 });
    expect(judged.watched_ms).toBe(3 * frame_ms);
  });

  it('falls below every threshold for a print with a border, however sure the nets are', () => {
    const print = track(livePoses(4, sway), ofPhoto, { score: 0.999, border: 0.95 });
    expect(judgeLiveness(print).score).toBeLessThan(0.2);
    expect(judgeLiveness(print, 'advisory').score).toBeCloseTo(0.999);
    expect(judgeLiveness(print, 'advisory').cues.border.kind).toBe('doubt');
  });

  it('of somebody who stands very still is lowered, not enough to refuse alone, and not at all after a blink', () => {
    const poses = livePoses(16, i => ({ eyes: i === 8 ? 0.2 : 1 }));
    const statue = track(
      livePoses(16, () => ({})),
      ofHead,
      { noise_px: 0.4, score: 0.95 },
    );
    const alive = track(poses, pose => headOf(pose.eyes), { noise_px: 0.4, score: 0.95 });
    expect(judgeLiveness(statue).score).toBeCloseTo(0.57);
    expect(judgeLiveness(alive).score).toBeCloseTo(0.95);
  });

  it('is never raised by a cue', () => {
    fc.assert(
      fc.property(waved, fc.double({ min: 0, max: 1, noNaN: true }), (how, border) => {
        const judged = judgeLiveness(track(motion(how), ofHead, { ...how, border }));
        expect(judged.score ?? 1).toBeLessThanOrEqual((judged.nets ?? 0) + 1e-12);
      }),
    );
  });

  it('is unknown when no net has looked', () => {
    expect(judgeLiveness([{ at_ms: 0, landmarks: [] }]).score).toBeUndefined();
    expect(judgeLiveness([]).score).toBeUndefined();
  });
});

it('the memory keeps some seconds of each track, and only frames good enough', () => {
  const memory = createLivenessMemory();
  for (let i = 0; i < 100; i++) memory.add(1, faceOf({ grade: 'good' }), i * 100);
  memory.add(2, faceOf({ grade: 'poor' }), 0);
  expect(memory.of(1)).toHaveLength(30);
  expect(memory.of(2)).toHaveLength(0);
  memory.add(1, faceOf({ grade: 'good' }), 60_000);
  expect(memory.of(1)).toHaveLength(1);
  memory.forget(1);
  expect(memory.of(1)).toHaveLength(0);
});
