import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImageAnalysis, type Vision, visionErrors } from '../vision/index.js';
import { writeCalibration } from './calibrate.js';
import { detPlot, detPoints } from './det-plot.js';
import { type RecogniseOptions, recognise } from './recognise.js';

const dimension = 16;
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'porter-eval-')), 'set');
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

/** Reproducible numbers between −1 and 1. */
function numbers(seed: number, count = dimension): number[] {
  let state = seed * 2_654_435_761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) | 0;
    return ((state >>> 0) / 4_294_967_296) * 2 - 1;
  });
}
const unit = (vector: readonly number[]): number[] => {
  const length = Math.hypot(...vector);
  return vector.map(value => value / length);
};
const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** A "photo" is its embedding as JSON; other words are what cannot be embedded. */
function stubVision(): Vision {
  const measures = { interocular_px: 50, yaw_deg: 0, pitch_deg: 0, roll_deg: 0, sharpness: 100 };
  const quality = {
    grade: 'good',
    score: 0.8,
    reasons: [],
    measures: { ...measures, brightness: 120, contrast: 40, detectorScore: 1 },
  } as const;
  return {
    packId: 'stub',
    dimension,
    calibration: {
      fmr: [
        { score: 0.3, fmr: 0.1 },
        { score: 0.8, fmr: 0.0001 },
      ],
      margin: 0.05,
      source: 'stub',
    },
    async analyse({ bytes }, options): Promise<ImageAnalysis> {
      expect(options).toMatchObject({ only: 'nearest-centre', mirror: true, embedPoor: true });
      const text = new TextDecoder().decode(bytes);
      if (text === 'broken') throw visionErrors.unreadable_image({ problem: 'it is broken' });
      if (text === 'defect') throw visionErrors.vision_closed();
      const times_ms = { decode: 1, detect: 2, landmarks: 0, quality: 0, liveness: 0, align: 0, embed: 3 };
      const face = { box: { x: 0, y: 0, width: 9, height: 9 }, landmarks: [], detectorScore: 1, quality };
      const faces = text === 'nobody' ? [] : [{ ...face, embedding: Float32Array.from(JSON.parse(text)) }];
      return { width: 10, height: 10, faces, packId: 'stub', times_ms };
    },
    close: async () => undefined,
  };
}
const run = (options: Partial<RecogniseOptions> = {}) =>
  recognise({
    visions: [stubVision(), stubVision()],
    folder,
    ...{ enrol: 1, probe: 1, pad: 0, onProgress: () => undefined },
    ...options,
  });
const add = (person: string, file: string, text: string): void => {
  mkdirSync(join(folder, person), { recursive: true });
  writeFileSync(join(folder, person, file), text);
};
/** People of 1 to 9 photos, each near a place of its own, with noise enough for mistakes. */
function addPeople(count: number, noise: number): Map<string, number[][]> {
  const people = new Map<string, number[][]>();
  for (let p = 0; p < count; p++) {
    const own = numbers(p + 1);
    const photos = Array.from({ length: 1 + (p % 9) }, (_, i) => {
      const disturbance = numbers(1_000 + p * 50 + i);
      return unit(own.map((value, k) => value + noise * (disturbance[k] ?? 0)));
    });
    people.set(`p${String(p).padStart(3, '0')}`, photos);
  }
  for (const [person, photos] of people) {
    for (const [i, photo] of photos.entries()) add(person, `${i}.jpg`, JSON.stringify(photo));
  }
  return people;
}

describe('the search of a whole folder', () => {
  it.each([
    [1, 1],
    [2, 1],
    [1, 3],
    [3, 3],
  ])(
    'with %d photos enrolled and %d a probe is what the protocol says, counted naively',
    async (enrol, probe) => {
      const people = addPeople(120, 1.1);
      const { report } = await run({ enrol, probe });

      const mean = (photos: number[][]) =>
        unit(
          Array.from({ length: dimension }, (_, k) =>
            photos.reduce((sum, photo) => sum + (photo[k] ?? 0), 0),
          ),
        );
      const gallery: { name: string; template: number[] }[] = [];
      const approaches: { name: string; template: number[]; mated: boolean }[] = [];
      for (const [name, photos] of people) {
        const out = parseInt(createHash('sha256').update(name).digest('hex').slice(0, 2), 16) < 64;
        if (!out) gallery.push({ name, template: mean(photos.slice(0, enrol)) });
        const rest = out ? photos : photos.slice(enrol);
        for (let g = 0; g < (out ? 2 : 3); g++) {
          const group = rest.slice(g * probe, (g + 1) * probe);
          if (group.length === probe) approaches.push({ name, template: mean(group), mated: !out });
        }
      }
      const results = approaches.map(({ name, template, mated }) => {
        const ranked = gallery
          .map(one => ({ name: one.name, score: cosine(one.template, template) }))
          .sort((a, b) => b.score - a.score);
        return { mated, hit: ranked[0]?.name === name, top: ranked[0]?.score ?? -1 };
      });
      const mated = results.filter(one => one.mated);
      const nonMated = results.filter(one => !one.mated);
      const images = [...people.values()].reduce((sum, photos) => sum + photos.length, 0);
      expect(report).toMatchObject({
        pack: 'stub',
        ...{ images, faces: images, failureToAcquire: 0 },
        ...{ gallery: gallery.length, mated: mated.length, nonMated: nonMated.length },
        rank1: mated.filter(one => one.hit).length / mated.length,
        msPerStage: { decode: 1, detect: 2, embed: 3 },
      });
      expect(report.search.map(point => point.fpir)).toEqual([0.1, 0.03, 0.01, 0.003]);
      for (const { fpir, threshold, fnir } of report.search) {
        const wrong = nonMated.filter(one => one.top >= threshold - 1e-6).length;
        expect(
          nonMated.filter(one => one.top >= threshold + 1e-6).length / nonMated.length,
        ).toBeLessThanOrEqual(fpir);
        expect((wrong + 1) / nonMated.length).toBeGreaterThan(fpir);
        const missed = mated.filter(one => !(one.hit && one.top >= threshold)).length;
        expect(fnir).toBeCloseTo(missed / mated.length, 2);
      }
      expect(report.rank1).toBeLessThan(1);
    },
  );

  it('counts what cannot be read or has no face as failures to acquire, and misses those approaches', async () => {
    const vector = JSON.stringify(unit(numbers(1)));
    const enrolled = ['ann', 'ben', 'cleo', 'dan', 'eve', 'fay'].filter(
      name => createHash('sha256').update(name).digest().readUInt8(0) >= 64,
    );
    const [one = '', two = ''] = enrolled;
    for (const [i, text] of [vector, 'broken', 'nobody', '', vector].entries())
      add(one, `${i}.jpg`, text || 'broken');
    add(two, '0.jpg', 'broken');
    add(two, '1.jpg', vector);
    const { report } = await run();
    expect(report).toMatchObject({ images: 7, faces: 3, failureToAcquire: 4 / 7, gallery: 2, mated: 4 });
    // The last photo of `one` is no approach any more; the mate of `two` has no template.
    expect(report.rank1).toBe(0);
    expect(report.search[0]?.fnir).toBe(1);
  });

  it('counts unreadable files also where a border is added', async () => {
    add('x', '0.jpg', 'broken');
    add('x', '1.png', '');
    expect((await run({ pad: 0.35 })).report).toMatchObject({ images: 2, faces: 0, failureToAcquire: 1 });
  });

  it('stops with the error when not a photo but the recogniser is at fault', async () => {
    add('x', '0.jpg', 'defect');
    await expect(run()).rejects.toMatchObject({ code: 'vision_closed' });
  });

  it('follows links to folders and files, and passes over hidden ones', async () => {
    const elsewhere = join(folder, '..', 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, '0.JPEG'), JSON.stringify(unit(numbers(1))));
    symlinkSync(elsewhere, join(folder, 'linked'));
    add('plain', '._0.jpg', 'broken');
    symlinkSync(join(elsewhere, '0.JPEG'), join(folder, 'plain', '0.jpg'));
    writeFileSync(join(folder, 'list.csv'), 'x');
    expect((await run()).report).toMatchObject({ images: 2, faces: 2 });
  });

  it('has figures, though unknown ones, for a folder with nobody to walk up', async () => {
    add('alone', '0.jpg', JSON.stringify(unit(numbers(1))));
    const { report, genuine, impostor } = await run();
    expect(report.rank1).toBeNaN();
    expect(detPlot(detPoints(genuine, impostor), 'nothing')).not.toContain('NaN');
  });
});

describe('pairs', () => {
  it('are found below the parent, or below the folder, and compared in k folds; a missing photo is never "same"', async () => {
    const people = [...addPeople(60, 0.3)].filter(([, photos]) => photos.length > 1);
    const set = basename(folder);
    const rows = people.flatMap(([name], i) => {
      const other = people[(i + 1) % people.length]?.[0];
      return [
        `${i % 5},${set}/${name}/0.jpg,${name}/1.jpg,1`,
        `${i % 5},${set}/${name}/0.jpg,${set}/${other}/0.jpg,0`,
      ];
    });
    const csv = join(folder, '..', 'pairs.csv');
    writeFileSync(csv, `\uFEFFfold,a,b,same\n${rows.join('\n')}\n`);
    const { report } = await run({ pairs: csv });
    expect(report.pairs).toMatchObject({ n: rows.length });
    expect(report.pairs?.accuracy).toBeGreaterThan(0.97);
    writeFileSync(csv, `${rows.join('\n')}\n0,${set}/lost/0.jpg,${set}/lost/1.jpg,1\n`);
    const lost = await run({ pairs: csv });
    expect(lost.report.pairs?.accuracy).toBeLessThan(report.pairs?.accuracy ?? 0);
    expect(lost.report.images).toBe(report.images + 2);
  });
});

describe('calibration', () => {
  it('is checked: what its threshold would have achieved in this gallery', async () => {
    addPeople(120, 0.6);
    const { report } = await run({ calibratedFpir: [0.2] });
    expect(report.calibrated).toHaveLength(1);
    const [check] = report.calibrated;
    expect(check?.wanted).toBe(0.2);
    expect(check?.threshold).toBeGreaterThan(0.5);
    expect(check?.fpir).toBeGreaterThanOrEqual(0);
    expect(check?.fnir).toBeLessThanOrEqual(1);
  });

  it('can be fitted to the photos, and then promises what it keeps', async () => {
    addPeople(200, 0.4);
    const { calibration } = await run({ calibrate: 'a test' });
    expect(calibration?.source).toContain('a test: ');
    expect(calibration?.margin).toBe(0.05);
    const fitted = { ...stubVision(), calibration: calibration! };
    const { report } = await run({ visions: [fitted], calibratedFpir: [0.3] });
    expect(Math.abs((report.calibrated[0]?.fpir ?? 0) - 0.3)).toBeLessThan(0.2);
  });

  it('is written into a manifest, which keeps all else; a file that is none is refused', async () => {
    const path = join(folder, '..', 'manifest.json');
    const net = { pack: 'porter-512' };
    const manifest = {
      ...{ id: 'own', engine: 'onnx', licence: 'bought', source: 'a test' },
      nets: { detector: net, landmarks: net, embedder: net },
    };
    const calibration = stubVision().calibration;
    writeFileSync(path, JSON.stringify({ ...manifest, calibration: { ...calibration, source: 'guessed' } }));
    await writeCalibration(path, calibration);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...manifest, calibration });
    writeFileSync(path, '{"id":"own"}');
    await expect(writeCalibration(path, calibration)).rejects.toMatchObject({ code: 'manifest_unreadable' });
  });

  it('needs enough different people', async () => {
    addPeople(5, 0.4);
    await expect(run({ calibrate: 'a test' })).rejects.toMatchObject({ code: 'too_few_impostors' });
  });
});
