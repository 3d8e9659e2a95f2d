import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cast,
  demoCampus,
  gateProgramme,
  renderEnrolmentPhoto,
  tillProgramme,
} from '../../fixtures/index.js';
import { createVision, type Vision } from '../../vision/index.js';
import type { Frame, FrameSource } from '../contracts.js';
import { autoScene, createDemoSource, directedScene, leavingScene, poseOf } from './demo-source.js';
import { createStage } from './stage.js';

test('everybody of the programme comes in turn, and nobody stands between two of them', () => {
  const turn_ms = 1_200 + 3_000 + 600 + 1_000;
  for (const [index, actor] of gateProgramme.entries()) {
    expect(autoScene(gateProgramme, 3_000, index * turn_ms + 2_000)).toMatchObject({ actor, phase: 'stand' });
    expect(autoScene(gateProgramme, 3_000, index * turn_ms + turn_ms - 500).actor).toBeUndefined();
  }
  expect(autoScene(gateProgramme, 3_000, gateProgramme.length * turn_ms + 100).actor).toBe(gateProgramme[0]);
});

test('who walks up grows steadily and stays within the picture', () => {
  fc.assert(
    fc.property(fc.nat(1_100), elapsed_ms => {
      const now = poseOf(directedScene('a', elapsed_ms));
      const later = poseOf(directedScene('a', elapsed_ms + 100));
      expect(later.face_px).toBeGreaterThan(now.face_px);
      expect(now.x - now.face_px / 2).toBeGreaterThan(0);
      expect(now.y - now.face_px / 2).toBeGreaterThan(0);
    }),
  );
  expect(leavingScene('a', 600).actor).toBeUndefined();
});

test('only people of the cast can be directed', () => {
  const clock = { now_ms: () => 0, monotonic_ms: () => 0, sleep: () => Promise.resolve() };
  const { director } = createDemoSource({
    programme: gateProgramme,
    actors: ['stranger'],
    stand_ms: 1,
    clock,
  });
  expect(() => director.direct('nobody-i-know')).toThrow(expect.objectContaining({ code: 'unknown_actor' }));
  director.direct('stranger');
  expect(director.current).toBe('stranger');
});

test('the programmes and the campus name people of the cast alone, and the stranger is not of the campus', () => {
  const ids = cast.map(actor => actor.id);
  for (const id of [...gateProgramme, ...tillProgramme, ...demoCampus.people.map(person => person.actor)]) {
    expect(ids).toContain(id);
  }
  expect(demoCampus.people.map(person => person.actor as string)).not.toContain('stranger');
});

/** Passes the time of a sleep at once. */
function hurriedClock() {
  let now_ms = 0;
  return {
    now_ms: () => now_ms,
    monotonic_ms: () => now_ms,
    sleep: async (ms: number) => {
      now_ms += ms;
    },
  };
}

async function take(source: FrameSource, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of source.open(new AbortController().signal)) {
    if (frames.push(frame) === count) break;
  }
  return frames;
}

const different = (frames: readonly Frame[]): number =>
  new Set(frames.map(({ jpeg }) => Buffer.from(jpeg).toString('base64'))).size;

test('who is directed to come is in the next frames, stays, and leaves when directed to', async () => {
  const clock = hurriedClock();
  const source = createDemoSource({
    programme: gateProgramme,
    actors: ['stranger'],
    stand_ms: 3_000,
    clock,
  });
  source.director.direct('nobody');
  const [empty] = await take(source, 1);
  source.director.direct('stranger');
  const coming = await take(source, 13);
  expect(coming[1]?.capturedAt_ms).toBeLessThanOrEqual(empty!.capturedAt_ms + 200);
  expect(different([empty!, ...coming]), 'every step of the approach is another picture').toBe(14);
  await clock.sleep(600_000);
  const standing = await take(source, 12);
  expect(different([empty!, ...standing]), 'nobody stands as still as a photo').toBe(13);
  source.director.direct('nobody');
  await clock.sleep(700);
  expect(different([empty!, ...(await take(source, 3))])).toBe(1);
});

test('everybody can be drawn at every step, also while leaving the picture', async () => {
  const stage = createStage({ place: 'canteen' });
  for (const { id } of cast) {
    for (const step of [0.5, 0.8, 0.9, 0.95, 1]) {
      const jpeg = await stage.draw(id, poseOf({ actor: id, phase: 'leave', step }));
      expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 1280, height: 720 });
    }
  }
});

describe('what vision makes of the demo', () => {
  let vision: Vision;
  const enrolled = new Map<string, Float32Array>();
  beforeAll(async () => {
    vision = await createVision();
    for (const { id } of cast) {
      const { faces } = await vision.analyse({ bytes: await renderEnrolmentPhoto(id) }, { mirror: true });
      expect(faces, id).toHaveLength(1);
      expect(['good', 'fair'], id).toContain(faces[0]?.quality.grade);
      enrolled.set(id, faces[0]!.embedding!);
    }
  });
  afterAll(() => vision.close());

  test('who stands there is one live face, good enough, recognised as who it is and as nobody else', async () => {
    const stage = createStage();
    for (const { id } of cast) {
      for (const step of [0, 4, 8]) {
        const jpeg = await stage.draw(id, poseOf({ actor: id, phase: 'stand', step }));
        const { faces } = await vision.analyse({ bytes: jpeg });
        expect(faces, id).toHaveLength(1);
        const face = faces[0]!;
        expect(['good', 'fair'], id).toContain(face.quality.grade);
        expect(face.quality.measures.interocular_px, id).toBeGreaterThan(60);
        expect(face.liveness?.score, `${id} is taken for a picture`).toBeGreaterThan(0.5);
        for (const [other, template] of enrolled) {
          const score = face.embedding!.reduce((sum, value, i) => sum + value * template[i]!, 0);
          if (other === id) expect(score, `${id} as itself`).toBeGreaterThan(0.6);
          else expect(score, `${id} as ${other}`).toBeLessThan(0.4);
        }
      }
    }
  });

  test('who is still far away cannot be recognised, and the empty places hold no face', async () => {
    for (const place of ['corridor', 'canteen'] as const) {
      const stage = createStage({ place });
      const far = poseOf({ actor: 'resident-2', phase: 'approach', step: 0 });
      const usable = (await vision.analyse({ bytes: await stage.draw('resident-2', far) })).faces.filter(
        face => face.embedding,
      );
      expect(usable, place).toHaveLength(0);
      expect((await vision.analyse({ bytes: await stage.draw(undefined, far) })).faces, place).toHaveLength(
        0,
      );
    }
  });
});
