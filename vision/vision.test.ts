import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVision, createVisionWorker, type Vision } from './index.js';

const photos = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const photo = (n: number) => ({ bytes: readFileSync(join(photos, `sample${n}.jpg`)) });

describe('createVision', () => {
  let vision: Vision;
  beforeAll(async () => {
    vision = await createVision();
  });
  afterAll(() => vision.close());

  it('finds every face of the six sample photos', async () => {
    const counts: number[] = [];
    for (let n = 1; n <= 6; n++) counts.push((await vision.analyse(photo(n), { embed: false })).faces.length);
    expect(counts).toEqual([3, 3, 3, 4, 5, 4]);
  });

  it('gives each usable face 68 landmarks, a verdict, liveness and an embedding of unit length', async () => {
    const { faces, packId } = await vision.analyse(photo(3));
    expect(packId).toBe('porter-512');
    for (const face of faces) {
      expect(face.landmarks).toHaveLength(68);
      expect(face.quality.grade).not.toBe('poor');
      expect(face.liveness?.score).toBeGreaterThan(0.5);
      expect(face.embedding).toHaveLength(512);
      expect(Math.hypot(...(face.embedding ?? []))).toBeCloseTo(1, 5);
    }
  });
});

describe('createVisionWorker', () => {
  it('gives what the same pack gives in this thread', async () => {
    const [here, worker] = await Promise.all([createVision(), createVisionWorker()]);
    const [expected, found] = [await here.analyse(photo(1)), await worker.analyse(photo(1))];
    expect(found.faces).toEqual(expected.faces);
    await Promise.all([here.close(), worker.close()]);
  });
});
