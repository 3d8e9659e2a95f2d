import type { Calibration } from './types.js';

/** No threshold is set above this: only the same photo reaches it. */
const highestScore = 0.99;
/** From so many photos on the measured shift is added in full. */
const fullyAveraged = 3;

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
 * @param probePhotos pictures averaged in the probe; the pack's figure was measured on pictures of different occasions
 * @param enrolmentPhotos photos averaged in a template, or templates a person on average
 */
export function thresholdFor({
  calibration,
  fpir,
  galleryPersons,
  probePhotos = 1,
  enrolmentPhotos = 1,
}: {
  readonly calibration: Calibration;
  readonly fpir: number;
  readonly galleryPersons: number;
  readonly probePhotos?: number;
  readonly enrolmentPhotos?: number;
}): number {
  if (!(fpir > 0 && fpir < 1)) throw new RangeError(`fpir must lie between 0 and 1, got ${fpir}`);
  const persons = Math.max(1, galleryPersons);
  // log1p and expm1 keep the digits that 1 − (1 − p)^(1/N) loses for a large N.
  const fmr = -Math.expm1(Math.log1p(-fpir) / persons);
  const shift =
    (calibration.averaging?.probes ?? 0) * averagedShare(probePhotos) +
    (calibration.averaging?.enrolments ?? 0) * averagedShare(enrolmentPhotos);
  return Math.min(highestScore, scoreAt(calibration, Math.log(fmr)) + shift);
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

/** 0 for one photo, 1 from three on. */
function averagedShare(photos: number): number {
  return Math.min(1, Math.max(0, (photos - 1) / (fullyAveraged - 1)));
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
