import type { Calibration } from './types.js';

/** No threshold is set above this: two photos of one person seldom reach it. */
const highestScore = 0.95;

/**
 * The score to ask for, so that a person who is not in the gallery is taken for somebody with probability `fpir`.
 *
 * One search among N persons makes N impostor comparisons; taken as independent, FPIR = 1 − (1 − FMR)^N
 * (ISO/IEC 19795-1, open-set identification; Grother & Phillips, "Models of Large Population Recognition
 * Performance", CVPR 2004). The FMR wanted is 1 − (1 − FPIR)^(1/N), looked up in the pack's measured tail, where
 * log(FMR) is taken as linear between two points and beyond the last one along the last slope.
 *
 * @param fpir wanted false-positive identification rate, between 0 and 1
 * @param galleryPersons persons (not templates) in the gallery; fewer than 1 counts as 1
 */
export function thresholdFor({
  calibration,
  fpir,
  galleryPersons,
}: {
  readonly calibration: Calibration;
  readonly fpir: number;
  readonly galleryPersons: number;
}): number {
  if (!(fpir > 0 && fpir < 1)) throw new RangeError(`fpir must lie between 0 and 1, got ${fpir}`);
  const persons = Math.max(1, galleryPersons);
  // log1p and expm1 keep the digits that 1 − (1 − p)^(1/N) loses for a large N.
  const fmr = -Math.expm1(Math.log1p(-fpir) / persons);
  return Math.min(highestScore, scoreAt(calibration, Math.log(fmr)));
}

/** The FPIR to expect at a threshold: the inverse of `thresholdFor`. */
export function fpirAt({
  calibration,
  threshold,
  galleryPersons,
}: {
  readonly calibration: Calibration;
  readonly threshold: number;
  readonly galleryPersons: number;
}): number {
  const [left, right] = segment(calibration, point => point.score >= threshold);
  const slope = (Math.log(right.fmr) - Math.log(left.fmr)) / (right.score - left.score);
  const fmr = Math.min(1, Math.exp(Math.log(left.fmr) + slope * (threshold - left.score)));
  return -Math.expm1(Math.max(1, galleryPersons) * Math.log1p(-fmr));
}

function scoreAt(calibration: Calibration, logFmr: number): number {
  const [left, right] = segment(calibration, point => Math.log(point.fmr) <= logFmr);
  const slope = (right.score - left.score) / (Math.log(right.fmr) - Math.log(left.fmr));
  return left.score + slope * (logFmr - Math.log(left.fmr));
}

type FmrPoint = Calibration['fmr'][number];

/** The two neighbouring points around the first that is far enough out; the end segments serve beyond the ends. */
function segment(calibration: Calibration, isBeyond: (point: FmrPoint) => boolean): [FmrPoint, FmrPoint] {
  const { fmr } = calibration;
  const found = fmr.findIndex(isBeyond);
  const index = Math.min(Math.max(found === -1 ? fmr.length - 1 : found, 1), fmr.length - 1);
  const left = fmr[index - 1];
  const right = fmr[index];
  if (left === undefined || right === undefined) throw new RangeError('a calibration needs two points');
  return [left, right];
}
