import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detPlot, detPoints } from './det-plot.js';
import { createScoreHistogram, operatingPoint, pairFigures, rankOne, tarAtFar } from './metrics.js';

const mate = (top: number) => ({ top, topIsMate: true });
const other = (top: number) => ({ top, topIsMate: false });

test('the threshold admits no more non-mated approaches than the rate allows, and is the lowest that does', () => {
  const score = fc.integer({ min: -1000, max: 1000 }).map(thousandths => thousandths / 1000);
  fc.assert(
    fc.property(
      fc.array(score, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.1, 0.03, 0.01, 0.003),
      (tops, fpir) => {
        const nonMated = tops.map(other);
        const { threshold } = operatingPoint(fpir, [], nonMated);
        const found = (limit: number) => tops.filter(top => top >= limit).length / tops.length;
        expect(found(threshold)).toBeLessThanOrEqual(fpir);
        const lower = Math.max(-1, ...tops.filter(top => top < threshold));
        if (lower > -1) expect(found(lower)).toBeGreaterThan(fpir);
      },
    ),
  );
});

test('a mate that is not first, is below the threshold, or gave no template is a miss', () => {
  const mated = [mate(0.9), mate(0.3), other(0.9), other(-1)];
  const { fnir, threshold } = operatingPoint(0.01, mated, [other(0.4), other(0.5)]);
  expect(threshold).toBeGreaterThan(0.5);
  expect(fnir).toBe(0.75);
  expect(rankOne(mated)).toBe(0.5);
});

test('without non-mated approaches everything is admitted; without mated ones the rate is unknown', () => {
  expect(operatingPoint(0.01, [mate(-0.5)], []).fnir).toBe(0);
  expect(operatingPoint(0.01, [], [other(0.1)]).fnir).toBeNaN();
});

test('pairs that are far apart are all told right, in every fold', () => {
  const pairs = Array.from({ length: 100 }, (_, index) => ({
    fold: String(index % 10),
    same: index % 3 === 0,
    score: index % 3 === 0 ? 0.6 + index / 1000 : 0.2 + index / 1000,
  }));
  expect(pairFigures(pairs)).toEqual({ n: 100, accuracy: 1, tarAtFar1e3: 1 });
});

test('the threshold of a fold is not fitted on that fold', () => {
  const pairs = [
    ...[0.1, 0.2].map(score => ({ fold: 'a', same: true, score })),
    ...[0.8, 0.9].map(score => ({ fold: 'b', same: true, score })),
    ...[0.5, 0.5].map(score => ({ fold: 'b', same: false, score })),
  ];
  // On fold b alone the best threshold lies above 0.5, which refuses both pairs of fold a.
  expect(pairFigures(pairs).accuracy).toBeLessThan(0.6);
});

test('TAR at a FAR counts equal impostor scores as accepted', () => {
  const pairs = [
    { fold: '', same: true, score: 0.5 },
    { fold: '', same: true, score: 0.7 },
    { fold: '', same: false, score: 0.5 },
    { fold: '', same: false, score: 0.1 },
  ];
  expect(tarAtFar(pairs, 0.001)).toBe(0.5);
});

test('a DET curve falls, and its drawing is a picture of it', () => {
  const genuine = createScoreHistogram();
  const impostor = createScoreHistogram();
  for (let i = 0; i < 1000; i++) {
    genuine.add(0.4 + i / 2000);
    impostor.add(-0.2 + i / 1500);
  }
  const points = detPoints(genuine, impostor);
  for (const [index, point] of points.slice(1).entries()) {
    expect(point.fmr).toBeLessThanOrEqual(points[index]!.fmr);
    expect(point.fnmr).toBeGreaterThanOrEqual(points[index]!.fnmr);
  }
  expect(detPlot(points, 'a < b & c')).toContain('a &lt; b &amp; c');
});
