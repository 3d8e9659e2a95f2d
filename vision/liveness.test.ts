import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuseLiveness, logOdds, probabilityOf } from './liveness.js';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const weight = fc.double({ min: 0.1, max: 4, noNaN: true });

it('one net of weight 1 is its own score, within 1 % and 99 %', () => {
  expect(fuseLiveness([{ probability: 0.3, weight: 1 }])).toBeCloseTo(0.3);
  expect(fuseLiveness([{ probability: 1, weight: 1 }])).toBeCloseTo(0.99);
  expect(fuseLiveness([{ probability: 0, weight: 1 }])).toBeCloseTo(0.01);
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
