import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isLeftOut, mergeSame, planSearch, readPairs, readSame, readSubjects } from './dataset.js';

const folder = mkdtempSync(join(tmpdir(), 'porter-eval-'));
afterAll(() => rmSync(folder, { recursive: true }));

function photos(name: string, count: number) {
  return { name, images: Array.from({ length: count }, (_, index) => `${name}/${index + 1}.jpg`) };
}

const leftOut = Array.from({ length: 50 }, (_, index) => `p${index}`).find(isLeftOut) ?? '';
const enrolled = Array.from({ length: 50 }, (_, index) => `p${index}`).find(name => !isLeftOut(name)) ?? '';

test('about a quarter of the names is left out', () => {
  const share = Array.from({ length: 4000 }, (_, index) => `person ${index}`).filter(isLeftOut).length / 4000;
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.28);
});

test('an enrolled person gives the first photos to the gallery and at most three groups to approaches', () => {
  const plan = planSearch([photos(enrolled, 12)], { enrol: 2, probe: 2 });
  expect(plan.gallery).toEqual([{ person: enrolled, photos: [`${enrolled}/1.jpg`, `${enrolled}/2.jpg`] }]);
  expect(plan.mated.map(one => one.photos)).toEqual([
    [`${enrolled}/3.jpg`, `${enrolled}/4.jpg`],
    [`${enrolled}/5.jpg`, `${enrolled}/6.jpg`],
    [`${enrolled}/7.jpg`, `${enrolled}/8.jpg`],
  ]);
  expect(plan.nonMated).toEqual([]);
});

test('a left-out person gives the first two full groups to non-mated approaches and nothing to the gallery', () => {
  const plan = planSearch([photos(leftOut, 5)], { enrol: 1, probe: 2 });
  expect(plan.gallery).toEqual([]);
  expect(plan.nonMated.map(one => one.photos.length)).toEqual([2, 2]);
  expect(planSearch([photos(leftOut, 1)], { enrol: 1, probe: 2 }).nonMated).toEqual([]);
});

test('folders that are one person are pooled, over chains too', () => {
  const merged = mergeSame(
    [photos('a', 1), photos('b', 1), photos('c', 1), photos('d', 1)],
    [
      ['c', 'b'],
      ['b', 'a'],
    ],
  );
  expect(merged).toEqual([
    { name: 'a', images: ['a/1.jpg', 'b/1.jpg', 'c/1.jpg'] },
    { name: 'd', images: ['d/1.jpg'] },
  ]);
});

test('photos come in name order, and files that are no pictures are passed over', async () => {
  for (const person of ['zoe', 'ann']) {
    mkdirSync(join(folder, 'set', person), { recursive: true });
    for (const file of ['2.png', '10.jpg', '1.JPG', 'notes.txt'])
      writeFileSync(join(folder, 'set', person, file), '');
  }
  const subjects = await readSubjects(join(folder, 'set'));
  expect(subjects.map(subject => subject.name)).toEqual(['ann', 'zoe']);
  expect(subjects[0]?.images).toEqual(['ann/1.JPG', 'ann/10.jpg', 'ann/2.png']);
});

test('photos in folders below a person’s are that person’s', async () => {
  for (const file of ['ann/frontal/01.jpg', 'ann/profile/01.jpg', 'ann/.cache/01.jpg', 'ben/01.jpg']) {
    const path = join(folder, 'nested', file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
  }
  expect(await readSubjects(join(folder, 'nested'))).toEqual([
    { name: 'ann', images: ['ann/frontal/01.jpg', 'ann/profile/01.jpg'] },
    { name: 'ben', images: ['ben/01.jpg'] },
  ]);
});

test('an empty folder and a missing one are coded errors', async () => {
  mkdirSync(join(folder, 'empty'));
  await expect(readSubjects(join(folder, 'empty'))).rejects.toMatchObject({ code: 'dataset_empty' });
  await expect(readSubjects(join(folder, 'none'))).rejects.toMatchObject({ code: 'dataset_unreadable' });
});

test('pairs are read with and without a header, with quoted names; a broken line is named', async () => {
  const path = join(folder, 'pairs.csv');
  writeFileSync(path, 'fold,a,b,same\r\n1,set/x/1.jpg,"set/y, z/1.jpg",1\n2,p,q,false\n');
  expect(await readPairs(path)).toEqual([
    { fold: '1', a: 'set/x/1.jpg', b: 'set/y, z/1.jpg', same: true },
    { fold: '2', a: 'p', b: 'q', same: false },
  ]);
  writeFileSync(path, '1,p,q,0\n1,p,q,maybe\n');
  await expect(readPairs(path)).rejects.toMatchObject({ code: 'pairs_malformed', params: { path, line: 2 } });
  writeFileSync(path, 'a,b\nx,y\n');
  expect(await readSame(path)).toEqual([['x', 'y']]);
});
