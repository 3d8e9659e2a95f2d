import type { Calibration } from './types.js';

/** Fewer scores than this say nothing about the rare ones that matter. */
export const leastImpostorScores = 2_000;
/** A rate is read off the scores while at least so many reach it: the standard error of its logarithm is then 14 % at most. */
const leastReaching = 50;
/** The tail is fitted to this share of the scores, within limits. */
const tailShare = 0.002;
const tailMost = 1_000;
const firstRate = 0.02;
/** The least rate that the table names: a gallery of a million at an FPIR of 0.1 %. */
const lastRate = 1e-9;
const highestScore = 0.99;
/** Scores of neighbouring points must differ visibly once they are rounded. */
const decimals = 4;

/**
 * A calibration table out of scores of different persons. Rates that enough scores reach are read off; beyond, the scores' excess
 * over a high limit is taken as exponential (peaks over threshold; the limit law for excesses is a generalised Pareto
 * distribution, Balkema & de Haan 1974, Pickands 1975; its shape is set to 0). Cosines are bounded, so the true tail is
 * shorter: the fit asks for more rather than for less.
 *
 * @param scores cosines of comparisons of two different persons, in any order; sorted in place
 * @throws RangeError for fewer than `leastImpostorScores`, or for scores that do not vary
 */
export function fitImpostorTail(scores: Float32Array): Calibration['fmr'] {
  const n = scores.length;
  if (n < leastImpostorScores) throw new RangeError(`${leastImpostorScores} scores are needed, got ${n}`);
  scores.sort();
  const reachedBy = (count: number): number => scores[n - count] ?? Number.NaN;
  const inTail = Math.round(Math.min(tailMost, Math.max(leastReaching, n * tailShare)));
  const limit = reachedBy(inTail);
  let excess = 0;
  for (let i = n - inTail; i < n; i++) excess += (scores[i] ?? 0) - limit;
  const scale = excess / inTail;
  if (!(scale > 0)) throw new RangeError('the scores do not vary');

  const points: { score: number; fmr: number }[] = [];
  const add = (score: number, fmr: number): void => {
    const rounded = Number(score.toFixed(decimals));
    const last = points.at(-1);
    if (rounded <= highestScore && (last === undefined || rounded > last.score)) {
      points.push({ score: rounded, fmr: Number(fmr.toPrecision(3)) });
    }
  };
  for (const rate of halfDecades(firstRate, inTail / n)) add(reachedBy(Math.ceil(rate * n)), rate);
  for (const rate of halfDecades(inTail / n, lastRate))
    add(limit + scale * Math.log(inTail / n / rate), rate);
  if (points.length < 2) throw new RangeError('the scores leave no room for a threshold');
  return points;
}

/** The score that a share of the scores reaches. Sorts in place. */
export function scoreAtShare(scores: Float32Array, share: number): number {
  scores.sort();
  return scores[Math.max(0, scores.length - Math.max(1, Math.floor(share * scores.length)))] ?? Number.NaN;
}

/** From `from` down to `to`, three and ten times less by turns; `to` itself is left to the caller's next stretch. */
function halfDecades(from: number, to: number): number[] {
  const rates: number[] = [];
  for (let step = 0; from * 10 ** (-step / 2) > to * 1.0001; step++) rates.push(from * 10 ** (-step / 2));
  return rates;
}
