import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPack, npmPackageFolder } from '../models/index.js';
import { alignFace } from './align.js';
import { createDecoder } from './decode.js';
import type { Engine } from './engine.js';
import type { RgbImage } from './image.js';
import type { Box } from './types.js';
import { createEngine } from './vision.js';

/** Largest differences between face-api itself and its nets rebuilt as ONNX, in the same pictures. */
const boxTolerance_px = 6e-4;
const landmarkTolerance_px = 6e-4;
const descriptorTolerance = 2e-6;

const decoder = createDecoder();
const image = (n: number): Promise<RgbImage> =>
  decoder.decode(readFileSync(`${npmPackageFolder('@vladmandic/face-api')}/demo/sample${n}.jpg`));

let rebuilt: Engine;
let original: Engine;
async function loadBoth(pack: string): Promise<void> {
  rebuilt = await createEngine(loadPack(pack));
  original = await createEngine({ ...loadPack(pack), engine: 'tfjs' });
}
async function closeBoth(): Promise<void> {
  await rebuilt.close();
  await original.close();
}

const byPlace = (a: { box: Box }, b: { box: Box }) => a.box.x - b.box.x;

async function facesOf(engine: Engine, picture: RgbImage, boxes: readonly Box[]) {
  const faces = [];
  for (const box of boxes) {
    const landmarks = await engine.landmarks(picture, box);
    const portrait = alignFace(picture, landmarks);
    const aligned = engine.align({ image: picture, box, landmarks, portrait });
    faces.push({
      landmarks,
      descriptor: await aligned.embed(),
      mirrored: await aligned.embedMirrored(),
    });
  }
  return faces;
}

function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
}

async function compare(picture: RgbImage, boxes: readonly Box[], tolerance = descriptorTolerance) {
  const found = await facesOf(rebuilt, picture, boxes);
  const expected = await facesOf(original, picture, boxes);
  for (const [i, face] of found.entries()) {
    const reference = expected[i]!;
    for (const [j, point] of face.landmarks.entries()) {
      const other = reference.landmarks[j]!;
      expect(Math.abs(point.x - other.x)).toBeLessThan(landmarkTolerance_px);
      expect(Math.abs(point.y - other.y)).toBeLessThan(landmarkTolerance_px);
    }
    expect(distance(face.descriptor, reference.descriptor)).toBeLessThan(tolerance);
    expect(distance(face.mirrored, reference.mirrored)).toBeLessThan(tolerance);
  }
}

/** Both engines' boxes, which must be the same. */
async function boxesIn(picture: RgbImage): Promise<Box[]> {
  const found = [...(await rebuilt.detect(picture))].sort(byPlace);
  const expected = [...(await original.detect(picture))].sort(byPlace);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toHaveLength(expected.length);
  for (const [i, { box, score }] of found.entries()) {
    const reference = expected[i]!;
    expect(score).toBeCloseTo(reference.score, 5);
    for (const key of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs(box[key] - reference.box[key])).toBeLessThan(boxTolerance_px);
    }
  }
  return found.map(({ box }) => box);
}

describe('pack face-api against face-api itself', () => {
  beforeAll(() => loadBoth('face-api'));
  afterAll(closeBoth);

  it.each([1, 2, 3, 4, 5, 6])('finds the same boxes, landmarks and descriptors in sample %d', async n => {
    const picture = await image(n);
    await compare(picture, await boxesIn(picture));
  });

  it('crops the same where a box reaches over the border, is tall, or is tiny', async () => {
    const picture = await image(2);
    await compare(
      picture,
      [
        { x: -40.7, y: 60.2, width: 300.4, height: 280.9 },
        { x: 1700.3, y: 1200.8, width: 400.1, height: 300.6 },
        { x: 820.5, y: 150.5, width: 150.2, height: 420.7 },
        { x: 900.9, y: 300.1, width: 21.6, height: 17.3 },
      ],
      1e-5,
    );
  });
});

describe('pack face-api-ssd against face-api itself', () => {
  beforeAll(() => loadBoth('face-api-ssd'));
  afterAll(closeBoth);

  it.each([1, 2, 3, 4, 5, 6])('finds the same boxes in sample %d', async n => {
    await boxesIn(await image(n));
  });

  it('finds the same in a tall picture, faces at its border', async () => {
    const whole = await image(5);
    const [left, width] = [337, 700];
    const data = new Uint8Array(width * whole.height * 3);
    for (let y = 0; y < whole.height; y++) {
      const from = (y * whole.width + left) * 3;
      data.set(whole.data.subarray(from, from + width * 3), y * width * 3);
    }
    await boxesIn({ width, height: whole.height, data });
  });
});
