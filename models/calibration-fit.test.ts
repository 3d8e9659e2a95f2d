import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitImpostorTail, fpirAt, thresholdFor } from './index.js';

/** Reproducible numbers between 0 and 1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const exponential = (n: number, seed: number, start = 0.1, scale = 0.03) => {
  const next = random(seed);
  return Float32Array.from({ length: n }, () => start - scale * Math.log(1 - next()));
};
const normal = (n: number, seed: number, mean = 0.05, deviation = 0.08) => {
  const next = random(seed);
  return Float32Array.from(
    { length: n },
    () => mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
};
const calibrationOf = (scores: Float32Array) => ({
  fmr: fitImpostorTail(scores),
  margin: 0.05,
  source: 'synthetic',
});
/** One-sided tail of the standard normal (asymptotic series), for x above 3. */
const normalTail = (x: number) =>
  (Math.exp((-x * x) / 2) / (x * Math.sqrt(2 * Math.PI))) * (1 - 1 / x ** 2 + 3 / x ** 4 - 15 / x ** 6);

describe('a table fitted to impostor scores', () => {
  it.each([1, 2, 3])(
    'finds the true threshold of an exponential tail, far beyond the scores seen (seed %d)',
    seed => {
      const calibration = calibrationOf(exponential(200_000, seed));
      // 1 % for 20,000 people is an FMR of 5e-7: 400 times rarer than what 200,000 scores show.
      const fmr = -Math.expm1(Math.log1p(-0.01) / 20_000);
      const truth = 0.1 - 0.03 * Math.log(fmr);
      expect(
        Math.abs(thresholdFor({ calibration, fpir: 0.01, galleryPersons: 20_000 }) - truth),
      ).toBeLessThan(0.04);
    },
  );

  it('keeps the FPIR asked for when a fresh gallery of the same kind is searched', () => {
    const calibration = calibrationOf(exponential(200_000, 7));
    const threshold = thresholdFor({ calibration, fpir: 0.05, galleryPersons: 500 });
    const searches = 2_000;
    const fresh = exponential(500 * searches, 8);
    let found = 0;
    for (let s = 0; s < searches; s++) {
      if (fresh.subarray(s * 500, (s + 1) * 500).some(score => score >= threshold)) found++;
    }
    expect(found / searches).toBeGreaterThan(0.025);
    expect(found / searches).toBeLessThan(0.09);
  });

  it('asks for more, never for less, where the tail is shorter than exponential', () => {
    const calibration = calibrationOf(normal(100_000, 4));
    for (const galleryPersons of [100, 4_000, 50_000]) {
      const threshold = thresholdFor({ calibration, fpir: 0.01, galleryPersons });
      const truth = -Math.expm1(galleryPersons * Math.log1p(-normalTail((threshold - 0.05) / 0.08)));
      expect(truth).toBeLessThan(0.013);
      expect(fpirAt({ calibration, threshold, galleryPersons })).toBeCloseTo(0.01, 4);
    }
  });

  it('rises in score, falls in rate, and stays below 1, whatever the scores', () => {
    const score = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { minLength: 50, maxLength: 200 }), fc.nat(), (few, seed) => {
        const next = random(seed);
        const scores = Float32Array.from(
          { length: 3_000 },
          (_, i) => (few[i % few.length] ?? 0) * 0.3 + next() / 10,
        );
        const fmr = fitImpostorTail(scores);
        for (const [i, point] of fmr.entries()) {
          expect(point.score).toBeLessThanOrEqual(0.99);
          const previous = fmr[i - 1];
          if (previous) expect(point.score > previous.score && point.fmr < previous.fmr).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is refused for few scores and for scores that are all the same', () => {
    expect(() => fitImpostorTail(exponential(100, 1))).toThrow(RangeError);
    expect(() => fitImpostorTail(new Float32Array(5_000))).toThrow(RangeError);
  });
});
