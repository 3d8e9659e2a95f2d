import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import type { Liveness, Vision } from '../vision/index.js';
import { visionErrors } from '../vision/index.js';
import { evaluateLiveness } from './liveness.js';
import { simulateAttacks } from './simulate-attacks.js';

const folder = mkdtempSync(join(tmpdir(), 'porter-liveness-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Sees in each file what its text says: JSON of a Liveness, `nobody`, or nothing readable. */
const vision = {
  packId: 'test',
  async analyse({ bytes }: { bytes: Uint8Array }) {
    const text = new TextDecoder().decode(bytes);
    if (text === 'broken') throw visionErrors.unreadable_image({ problem: 'no picture' });
    const liveness = text === 'nobody' ? undefined : (JSON.parse(text) as Liveness);
    return { faces: liveness ? [{ liveness }] : [] };
  },
} as unknown as Vision;

function write(path: string, ...contents: readonly (Liveness | string)[]): void {
  mkdirSync(join(folder, path), { recursive: true });
  for (const [i, content] of contents.entries()) {
    writeFileSync(
      join(folder, path, `${i}.jpg`),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  }
}

it('reports APCER per folder and of the worst, and counts people without a face or an answer as refused', async () => {
  write('live', { score: 0.9 }, { score: 0.3 }, 'nobody', 'broken');
  write('attack/print', { score: 0.1 }, { score: 0.6 });
  write('attack/screen/phone', { score: 0.99, border: 0.95 }, { score: 0.2 }, 'nobody');
  const report = await evaluateLiveness({
    visions: [vision, vision],
    live: join(folder, 'live'),
    attack: join(folder, 'attack'),
    threshold: 0.5,
    onProgress() {},
  });
  expect(report).toMatchObject({ apcer: 0.5, bpcer: 0.75, live: 4, liveNoFace: 2 });
  expect(report.attacks).toEqual([
    { species: 'print', pictures: 2, noFace: 0, apcer: 0.5 },
    { species: 'screen', pictures: 3, noFace: 1, apcer: 0 },
  ]);
  expect(report.curve.find(one => one.threshold === 0.25)).toMatchObject({ bpcer: 0.5 });
  const bordered = report.pictures.find(one => one.nets === 0.99);
  expect(bordered).toMatchObject({ species: 'screen', border: 0.95, score: expect.closeTo(0.1485) });
  expect(report.pictures).toHaveLength(9);
});

it('an empty folder is a coded error', async () => {
  mkdirSync(join(folder, 'empty'));
  const options = { visions: [vision], threshold: 0.5, onProgress() {} };
  await expect(
    evaluateLiveness({ ...options, live: join(folder, 'empty'), attack: join(folder, 'empty') }),
  ).rejects.toMatchObject({ code: 'dataset_empty' });
});

it('simulated attacks say so in their folders’ names, and come out the same every time', async () => {
  const person = join(folder, 'photos', 'ada');
  mkdirSync(person, { recursive: true });
  const photo = sharp({ create: { width: 200, height: 260, channels: 3, background: '#a87' } });
  await photo.jpeg().toFile(join(person, '1.jpg'));
  const make = async (target: string): Promise<Buffer[]> => {
    const options = { folder: join(folder, 'photos'), target: join(folder, target), perPerson: 2 };
    expect(await simulateAttacks({ ...options, onProgress() {} })).toEqual({ pictures: 2 });
    return ['simulated-print', 'simulated-screen'].map(species =>
      readFileSync(join(folder, target, species, 'ada-1.jpg')),
    );
  };
  const [first, second] = [await make('once'), await make('again')];
  expect(first[0]?.equals(second[0] as Buffer)).toBe(true);
  expect(await sharp(first[1]).metadata()).toMatchObject({ width: 1_280, height: 720 });
});
