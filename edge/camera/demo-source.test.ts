import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cast,
  demoCampus,
  gateProgramme,
  renderEnrolmentPhoto,
  tillProgramme,
} from '../../fixtures/index.js';
import { createVision } from '../../vision/index.js';
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

test('everybody is recognised from the enrolment photo, as nobody else, with one good face in the picture', async () => {
  const vision = await createVision();
  const stage = createStage();
  const enrolled = new Map<string, Float32Array>();
  for (const { id } of cast) {
    const { faces } = await vision.analyse({ bytes: await renderEnrolmentPhoto(id) }, { mirror: true });
    expect(faces).toHaveLength(1);
    enrolled.set(id, faces[0]!.embedding!);
  }
  for (const { id } of cast) {
    const standing = await stage.draw(id, poseOf({ actor: id, phase: 'stand', step: 4 }));
    const { faces } = await vision.analyse({ bytes: standing });
    expect(faces).toHaveLength(1);
    const [face] = faces;
    expect(face?.quality.measures.interocular_px).toBeGreaterThan(60);
    for (const [other, template] of enrolled) {
      const score = face!.embedding!.reduce((sum, value, i) => sum + value * template[i]!, 0);
      if (other === id) expect(score, `${id} as itself`).toBeGreaterThan(0.6);
      else expect(score, `${id} as ${other}`).toBeLessThan(0.4);
    }
  }
  await vision.close();
});
