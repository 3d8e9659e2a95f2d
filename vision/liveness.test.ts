import fc from 'fast-check';
import { expect, it } from 'vitest';
import { borderDoubt, fuseLiveness, lessDoubts, logOdds, probabilityOf, stillScore } from './liveness.js';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const weight = fc.double({ min: 0.1, max: 4, noNaN: true });

it('one net is its own score, whatever its weight', () => {
  for (const p of [0, 0.3, 1]) expect(fuseLiveness([{ probability: p, weight: 0.5 }])).toBeCloseTo(p, 5);
});

it('a net with a neutral point never raises the score, whatever it says', () => {
  fc.assert(
    fc.property(probability, probability, weight, (first, second, w) => {
      const alone = fuseLiveness([{ probability: first, weight: 1 }]);
      const both = fuseLiveness([
        { probability: first, weight: 1 },
        { probability: second, weight: w, neutral: 0.66 },
      ]);
      expect(both).toBeLessThanOrEqual(alone + 1e-12);
      if (second >= 0.66) expect(both).toBeCloseTo(alone, 12);
    }),
  );
});

it('the score rises with every opinion and stays within 0 and 1', () => {
  fc.assert(
    fc.property(probability, probability, probability, (low, high, other) => {
      const scoreOf = (p: number) =>
        fuseLiveness([
          { probability: p, weight: 1 },
          { probability: other, weight: 2 },
        ]);
      expect(scoreOf(Math.min(low, high))).toBeLessThanOrEqual(scoreOf(Math.max(low, high)));
      expect(scoreOf(low)).toBeGreaterThanOrEqual(0);
      expect(scoreOf(low)).toBeLessThanOrEqual(1);
    }),
  );
});

it('log-odds and probability undo one another', () => {
  for (const p of [0.02, 0.4, 0.5, 0.98]) expect(probabilityOf(logOdds(p))).toBeCloseTo(p, 12);
});

it('doubts only lower a score, in any order, and a border is one of them', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, fc.array(share, { maxLength: 4 }), (score, doubts) => {
      const left = lessDoubts(score, doubts);
      expect(left).toBeLessThanOrEqual(score);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(lessDoubts(score, doubts.toReversed())).toBeCloseTo(left, 12);
    }),
  );
  expect([undefined, 0, 0.6].map(borderDoubt)).toEqual([0, 0, 0]);
  expect(borderDoubt(0.72)).toBeGreaterThan(0);
  expect(stillScore({ score: 0.99, border: 1 })).toBeLessThan(0.2);
  expect(stillScore({ score: 0.99 })).toBe(0.99);
});
