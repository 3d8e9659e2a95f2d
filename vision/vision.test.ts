import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmPackageFolder } from '../models/index.js';
import { arcfaceManifest, createTestPacks, type TestPacks, tinyEmbedder } from '../models/test-packs.js';
import { createVision, createVisionWorker, type Face, type Vision } from './index.js';

const path = (n: number) => `${npmPackageFolder('@vladmandic/face-api')}/demo/sample${n}.jpg`;
const photo = (n: number) => ({ bytes: readFileSync(path(n)) });
const cosine = (a: Face | undefined, b: Face | undefined) =>
  [...(a?.embedding ?? [])].reduce((sum, value, i) => sum + value * (b?.embedding?.[i] ?? 0), 0);
/** The second face of sample 3, the blonde woman, with `around` times her face's side of surroundings. */
const oneFace = (around = 1) => {
  const side = Math.round(275 * (1 + 2 * around));
  const left = Math.max(0, Math.round(688 - side / 2));
  const top = Math.max(0, Math.round(467 - side / 2));
  return sharp(path(3)).extract({ left, top, width: side, height: Math.min(side, 1350 - top) });
};

let vision: Vision;
beforeAll(async () => {
  vision = await createVision();
});
afterAll(() => vision.close());

describe('an ordinary picture', () => {
  it('has every face of the six sample photos found', async () => {
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

  it('is sorted by size, and only the largest faces are examined', async () => {
    const { faces } = await vision.analyse(photo(5), { maxFaces: 2 });
    const areas = faces.map(({ box }) => box.width * box.height);
    expect(areas).toEqual([...areas].sort((a, b) => b - a));
    expect(faces.map(face => face.landmarks.length)).toEqual([68, 68, 0, 0, 0]);
    expect(faces[2]).toMatchObject({ quality: { grade: 'poor' } });
  });

  it('with one face that is known is only skimmed; with more it is examined', async () => {
    const [one] = (await vision.analyse({ bytes: await oneFace().jpeg().toBuffer() }, { skimSingle: true }))
      .faces;
    expect(one?.landmarks).toHaveLength(68);
    expect(one).not.toHaveProperty('embedding');
    expect(one).not.toHaveProperty('liveness');
    const { faces } = await vision.analyse(photo(1), { skimSingle: true });
    expect(faces.every(face => face.liveness !== undefined)).toBe(true);
  });

  it('gives nothing that was not asked for', async () => {
    const { faces, times_ms } = await vision.analyse(photo(3), { embed: false, liveness: false });
    expect(faces.every(face => face.embedding === undefined && face.liveness === undefined)).toBe(true);
    expect([times_ms.embed, times_ms.liveness]).toEqual([0, 0]);
  });

  it('knows a person again who is smaller, mirrored or darker, and no other', async () => {
    const here = (await vision.analyse(photo(3))).faces;
    const person = here[1];
    const others = [
      oneFace().resize(400),
      oneFace().flop(),
      oneFace().modulate({ brightness: 0.6 }),
      oneFace().jpeg({ quality: 40 }),
    ];
    for (const variant of others) {
      const { faces } = await vision.analyse({ bytes: await variant.jpeg().toBuffer() });
      const same = faces.reduce((a, b) => (cosine(a, person) > cosine(b, person) ? a : b));
      expect(cosine(same, person)).toBeGreaterThan(0.75);
    }
    expect(cosine(here[0], person)).toBeLessThan(0.4);
    expect(cosine(here[2], person)).toBeLessThan(0.4);
  });

  it('averaged with its mirror image gives the same embedding as its mirror image', async () => {
    const straight = await oneFace().png().toBuffer();
    const flopped = await sharp(straight).flop().png().toBuffer();
    const [a, b] = await Promise.all(
      [straight, flopped].map(async bytes => (await vision.analyse({ bytes }, { mirror: true })).faces[0]),
    );
    const plain = await Promise.all(
      [straight, flopped].map(async bytes => (await vision.analyse({ bytes })).faces[0]),
    );
    expect(cosine(a, b)).toBeGreaterThan(cosine(plain[0], plain[1]));
    expect(cosine(a, b)).toBeGreaterThan(0.97);
  });
});

describe('an odd picture', () => {
  const analyse = async (picture: Sharp) => vision.analyse({ bytes: await picture.jpeg().toBuffer() });
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#889' } });

  it.each([
    [1, 1],
    [1, 500],
    [500, 1],
    [3000, 20],
  ])('of %d×%d px holds nobody', async (width, height) => {
    const result = await analyse(plain(width, height));
    expect([result.width, result.height, result.faces.length]).toEqual([width, height, 0]);
  });

  it('of a person without colour is analysed', async () => {
    const { faces } = await analyse(oneFace().grayscale());
    expect(faces[0]?.embedding).toHaveLength(512);
  });

  it('of a face half out of the frame says so, or finds nobody', async () => {
    const { width = 0, height = 0 } = await sharp(await oneFace(0.6).png().toBuffer()).metadata();
    const half = sharp(await oneFace(0.6).png().toBuffer()).extract({
      left: Math.round(width / 2),
      top: 0,
      width: Math.floor(width / 2),
      height,
    });
    for (const face of (await analyse(half)).faces) {
      expect(face.quality.grade).not.toBe('good');
      expect(face.quality.reasons).toContain('outside-frame');
    }
  });

  const crowd = async (columns: number, rows: number) => {
    const [width, height] = [2000 / columns, 1000 / rows].map(Math.floor) as [number, number];
    const face = await oneFace(0.1).resize(width, height, { fit: 'fill' }).png().toBuffer();
    const places = Array.from({ length: columns * rows }, (_, i) => ({
      input: face,
      left: (i % columns) * width,
      top: Math.floor(i / columns) * height,
    }));
    return analyse(plain(2000, 1000).composite(places));
  };

  it('of 60 people is analysed, the largest eight in full', async () => {
    const { faces } = await crowd(10, 6);
    expect(faces.length).toBeGreaterThan(40);
    expect(faces.filter(face => face.landmarks.length > 0)).toHaveLength(8);
  });

  it('of 200 people, too small to be told apart, is analysed all the same', async () => {
    const { faces } = await crowd(20, 10);
    expect(faces.length).toBeLessThanOrEqual(200);
  });

  it('that cannot be read is an error, and the next picture is analysed', async () => {
    await expect(vision.analyse({ bytes: Buffer.from('nonsense') })).rejects.toMatchObject({
      code: 'unreadable_image',
    });
    expect((await vision.analyse(photo(1), { embed: false })).faces).toHaveLength(3);
  });
});

describe('several pictures at once', () => {
  it('are analysed one after the other, each with its own faces', async () => {
    const results = await Promise.all([1, 4, 5].map(n => vision.analyse(photo(n), { embed: false })));
    expect(results.map(result => result.faces.length)).toEqual([3, 4, 5]);
  });

  it('beyond the limit are refused', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => vision.analyse(photo(1), { embed: false, liveness: false })),
    );
    const refused = results.filter(result => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ reason: { code: 'vision_busy' } });
  });
});

describe("a site's own model", () => {
  let packs: TestPacks;
  beforeAll(() => {
    packs = createTestPacks();
  });
  afterAll(() => packs.remove());

  it('runs from its folder without code, and marks its embeddings with its id', async () => {
    const embedder = tinyEmbedder();
    packs.add('site-arcface', { 'embedder.onnx': embedder }, arcfaceManifest(embedder));
    const own = await createVision({ pack: 'site-arcface', directories: [packs.directory] });
    const { faces, packId } = await own.analyse(photo(3));
    expect([packId, own.dimension, faces[0]?.embedding?.length]).toEqual(['site-arcface', 16, 16]);
    expect(faces[0]?.liveness).toBeUndefined();
    await own.close();
  });

  it('that answers NaN is a coded error, and the pipeline lives', async () => {
    const embedder = tinyEmbedder(Number.NaN);
    packs.add('nan', { 'embedder.onnx': embedder }, arcfaceManifest(embedder));
    const own = await createVision({ pack: 'nan', directories: [packs.directory] });
    await expect(own.analyse(photo(3))).rejects.toMatchObject({
      code: 'model_output_invalid',
      params: { pack: 'nan', net: 'embedder' },
    });
    expect((await own.analyse(photo(3), { embed: false })).faces).toHaveLength(3);
    await own.close();
  });

  it('of another length than its manifest says is refused', async () => {
    const embedder = tinyEmbedder();
    packs.add('short', { 'embedder.onnx': embedder }, arcfaceManifest(embedder, { dimension: 512 }));
    const own = await createVision({ pack: 'short', directories: [packs.directory] });
    await expect(own.analyse(photo(3))).rejects.toMatchObject({ code: 'bad_model' });
    await own.close();
  });

  it('whose file was changed does not start, neither here nor in a worker', async () => {
    packs.add('forged', { 'embedder.onnx': tinyEmbedder(3) }, arcfaceManifest(tinyEmbedder()));
    const options = { pack: 'forged', directories: [packs.directory] };
    await expect(createVision(options)).rejects.toMatchObject({ code: 'model_hash_mismatch' });
    await expect(createVisionWorker(options)).rejects.toMatchObject({
      code: 'model_hash_mismatch',
      params: { pack: 'forged' },
    });
  });
});

describe('the worker', () => {
  it('gives what the same pack gives in this thread', async () => {
    const worker = await createVisionWorker();
    const [expected, found] = [await vision.analyse(photo(1)), await worker.analyse(photo(1))];
    expect(found.faces).toEqual(expected.faces);
    await worker.close();
  });
});
