/**
 * What each lever of recognition gains alone: `npx tsx vision/levers.ts <folder>` with `<folder>/<person>/<photo>`; each photo
 * also blurred, shrunk, darkened and compressed, to widen the test. For looking, not for tuning. Names up to the first "-" are
 * taken for the source: photos are compared within one source, and never with a copy of themselves.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadPack, type Pack } from '../models/index.js';
import { alignFace, boundsOf, fivePoints, portraitSize_px, portraitTemplate, squareAround } from './align.js';
import type { Detection } from './boxes.js';
import { createDecoder } from './decode.js';
import { fitSimilarity, type RgbImage, warpSquare } from './image.js';
import { createOnnxEngine } from './onnx-engine.js';
import type { Point } from './types.js';

type Landmarks = readonly Point[];
type Spoil = (photo: Buffer, box_px: number, width_px: number) => Promise<Buffer>;

interface Probe {
  readonly person: string;
  readonly photo: string;
  readonly clean: boolean;
  /** By lever. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

const spoils: Readonly<Record<string, Spoil>> = {
  clean: async photo => photo,
  blurred: photo => sharp(photo).blur(2.5).jpeg({ quality: 90 }).toBuffer(),
  dark: photo => sharp(photo).linear(0.35, 0).jpeg({ quality: 90 }).toBuffer(),
  compressed: photo => sharp(photo).jpeg({ quality: 18 }).toBuffer(),
  /** To a face of 48 px. */
  small: (photo, box_px, width_px) =>
    sharp(photo)
      .resize(Math.max(24, Math.round((width_px * Math.min(48, box_px)) / box_px)))
      .jpeg({ quality: 80 })
      .toBuffer(),
};

/** A pack whose landmark net looks once, at just the box it is given. */
function lookingOnce(pack: Pack): Pack {
  const { refine: _, ...spec } = pack.nets.landmarks.spec;
  const landmarks = {
    ...pack.nets.landmarks,
    spec: { ...spec, crop: { kind: 'square', scale: 1 } as const },
  };
  return { ...pack, nets: { ...pack.nets, landmarks } };
}

const pack = loadPack('porter-512');
const engine = await createOnnxEngine(lookingOnce(pack));
const decoder = createDecoder();

async function centralFace(image: RgbImage): Promise<Detection | undefined> {
  const fromCentre = ({ box }: Detection): number =>
    Math.hypot(box.x + box.width / 2 - image.width / 2, box.y + box.height / 2 - image.height / 2);
  return [...(await engine.detect(image))].sort((a, b) => fromCentre(a) - fromCentre(b))[0];
}

/** The aligned crop, enlarged about its centre and moved down by so many px. */
function cropOf(image: RgbImage, landmarks: Landmarks, enlarged = 1, down_px = 0): RgbImage {
  if (enlarged === 1 && down_px === 0) return alignFace(image, landmarks);
  const template = portraitTemplate.map(({ x, y }) => ({
    x: 56 + (x - 56) * enlarged,
    y: 72 + (y - 72) * enlarged + down_px,
  }));
  return warpSquare(image, fitSimilarity(template, fivePoints(landmarks)), portraitSize_px);
}

function meanOfAll(looks: readonly Landmarks[]): Landmarks {
  return (looks[0] ?? []).map((_, i) => ({
    x: looks.reduce((sum, look) => sum + (look[i]?.x ?? 0), 0) / looks.length,
    y: looks.reduce((sum, look) => sum + (look[i]?.y ?? 0), 0) / looks.length,
  }));
}

async function embed(
  image: RgbImage,
  face: Detection,
  crops: readonly RgbImage[],
  mirror: boolean,
): Promise<Float32Array> {
  const sum = new Float64Array(pack.dimension);
  for (const portrait of crops) {
    const aligned = engine.align({ image, box: face.box, landmarks: [], portrait });
    const vectors = [await aligned.embed(), ...(mirror ? [await aligned.embedMirrored()] : [])];
    for (const vector of vectors) {
      const length = Math.hypot(...vector);
      for (const [i, value] of vector.entries()) sum[i] = (sum[i] ?? 0) + value / length;
    }
  }
  const length = Math.hypot(...sum);
  return Float32Array.from(sum, value => value / length);
}

async function vectorsOf(image: RgbImage, face: Detection): Promise<Record<string, Float32Array>> {
  const around = (landmarks: Landmarks, scale = 1.28, shift = 0) =>
    engine.landmarks(image, squareAround(boundsOf(landmarks), scale, shift));
  const before = await engine.landmarks(image, face.box);
  const placed = await engine.landmarks(image, squareAround(face.box, 1.2, 0.05));
  const twice = await around(before);
  const now = await around(placed);
  const third = await around(now);
  const several = meanOfAll([
    third,
    await around(now, 1.2),
    await around(now, 1.36),
    await around(now, 1.28, 0.04),
    await around(now, 1.28, -0.04),
  ]);
  const of = (landmarks: Landmarks, mirror = false, ...crop: [number?, number?]) =>
    embed(image, face, [cropOf(image, landmarks, ...crop)], mirror);
  return {
    'square as large as the box, one look': await of(before),
    '  + mirror image': await of(before, true),
    '  + square 1.2, 5 % lower': await of(placed),
    '  + second look': await of(twice),
    'square 1.2, second look, mirror image (now)': await of(now, true),
    '  without the mirror image': await of(now),
    '  + third look': await of(third, true),
    '  + five looks averaged': await of(several, true),
    '  + face 6 % larger in the crop': await of(now, true, 1.06),
    '  + crops 2 px higher and lower averaged': await embed(
      image,
      face,
      [cropOf(image, now, 1, 2), cropOf(image, now, 1, -2)],
      true,
    ),
  };
}

async function probesOf(folder: string): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const person of (await readdir(folder)).sort()) {
    for (const photo of (await readdir(join(folder, person))).sort()) {
      const original = await sharp(await readFile(join(folder, person, photo)))
        .rotate()
        .toColourspace('srgb')
        .jpeg({ quality: 98 })
        .toBuffer();
      const whole = await decoder.decode(original);
      const { width } = whole;
      const box_px = (await centralFace(whole))?.box.height;
      if (box_px === undefined) continue;
      for (const [kind, spoil] of Object.entries(spoils)) {
        const image = await decoder.decode(await spoil(original, box_px, width));
        const face = await centralFace(image);
        if (!face) continue;
        probes.push({ person, photo, clean: kind === 'clean', vectors: await vectorsOf(image, face) });
      }
    }
  }
  return probes;
}

interface Scores {
  readonly genuine: number[];
  readonly impostor: number[];
}

function scoresOf(probes: readonly Probe[], lever: string, clean: boolean): Scores {
  const sourceOf = ({ person }: Probe): string => person.split('-')[0] ?? '';
  const scores: Scores = { genuine: [], impostor: [] };
  for (const [i, a] of probes.entries()) {
    for (const b of probes.slice(i + 1)) {
      if ((a.clean && b.clean) !== clean || sourceOf(a) !== sourceOf(b)) continue;
      if (a.person === b.person && a.photo === b.photo) continue;
      const [left, right] = [a.vectors[lever], b.vectors[lever]];
      let score = 0;
      for (let k = 0; k < pack.dimension; k++) score += (left?.[k] ?? 0) * (right?.[k] ?? 0);
      (a.person === b.person ? scores.genuine : scores.impostor).push(score);
    }
  }
  return scores;
}

/** Distance between the two means in units of their spread. */
function separation({ genuine, impostor }: Scores): number {
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
  };
  const [g, i] = [moments(genuine), moments(impostor)];
  return (g.mean - i.mean) / Math.sqrt((g.variance + i.variance) / 2);
}

/** Share of the genuine pairs, %, that miss the threshold which so few impostor pairs reach. */
function missed({ genuine, impostor }: Scores, fmr: number): number {
  const threshold = [...impostor].sort((a, b) => b - a)[Math.floor(fmr * impostor.length)] ?? -1;
  return (100 * genuine.filter(score => score <= threshold).length) / genuine.length;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: tsx vision/levers.ts <folder>');
const probes = await probesOf(folder);
for (const clean of [true, false]) {
  for (const [row, lever] of Object.keys(probes[0]?.vectors ?? {}).entries()) {
    const scores = scoresOf(probes, lever, clean);
    const { genuine, impostor } = scores;
    if (row === 0) {
      console.log(
        `\n${clean ? 'photos as they are' : 'one or both spoilt'}: ${genuine.length} genuine, ${impostor.length} impostor pairs`,
      );
      console.log(`${''.padEnd(46)}d'     FNMR, %, at FMR 1e-2   1e-3   1e-4`);
    }
    const rates = [1e-2, 1e-3, 1e-4].map(fmr => missed(scores, fmr).toFixed(2).padStart(6));
    console.log(`${lever.padEnd(46)}${separation(scores).toFixed(2)}                ${rates.join(' ')}`);
  }
}
await engine.close();
