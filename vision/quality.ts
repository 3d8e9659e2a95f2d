import { fivePoints } from './align.js';
import type { Detection } from './boxes.js';
import { type Covering, measureCovering } from './covering.js';
import { lumaOf, type RgbImage } from './image.js';
import { poseOf } from './pose.js';
import type { Box, Point, Quality, QualityReason } from './types.js';

/** Measures and the shares that the grade needs besides. */
export interface Measured {
  readonly measures: Quality['measures'];
  /** Of the detection, 0 to 1. */
  readonly certainty: number;
  /** Share of the box's area outside the image. */
  readonly outside: number;
  readonly covering: Covering;
  /** Box height over image height. */
  readonly filling: number;
}

/**
 * One limit: up to `good` nothing is wrong; at `fair` the face can just be matched; beyond, it is refused. `good` above
 * `fair` means that less is worse. A reason with several limits counts once, by the worst of them.
 */
interface Limit {
  readonly reason: QualityReason;
  readonly value: (m: Measured) => number;
  readonly good: number;
  readonly fair: number;
}

const limits: readonly Limit[] = [
  // The crop has 35 px between the eyes: fewer in the picture are enlarged, not seen.
  { reason: 'too-small', value: m => m.measures.interocular_px, good: 36, fair: 18 },
  { reason: 'too-large', value: m => m.filling, good: 1, fair: 1.5 },
  { reason: 'turned-away', value: m => Math.abs(m.measures.yaw_deg), good: 28, fair: 48 },
  { reason: 'looking-up-or-down', value: m => Math.abs(m.measures.pitch_deg), good: 25, fair: 40 },
  { reason: 'tilted', value: m => Math.abs(m.measures.roll_deg), good: 30, fair: 55 },
  { reason: 'blurred', value: m => m.measures.sharpness, good: 60, fair: 12 },
  // Low, because dark skin is not darkness.
  { reason: 'too-dark', value: m => m.measures.brightness, good: 45, fair: 22 },
  { reason: 'too-bright', value: m => m.measures.brightness, good: 200, fair: 230 },
  { reason: 'low-contrast', value: m => m.measures.contrast, good: 22, fair: 10 },
  { reason: 'outside-frame', value: m => m.outside, good: 0.12, fair: 0.35 },
  { reason: 'covered', value: m => m.covering.lowerFaceTint, good: 24, fair: 40 },
  // 4 of 188 bare photos pass one of the next four limits: eyes in deep shadow, a profile, closed lids.
  { reason: 'covered', value: m => m.covering.eyeBrightness, good: 0.36, fair: 0.2 },
  { reason: 'covered', value: m => m.covering.eyeDetail, good: 0.26, fair: 0.08 },
  { reason: 'covered', value: m => m.covering.eyeBalance, good: 0.5, fair: 0.2 },
  { reason: 'covered', value: m => m.covering.mouthDetail, good: 0.21, fair: 0.05 },
  { reason: 'uncertain-detection', value: m => m.certainty, good: 1, fair: -0.01 },
];

/** Measures and grades one face. `portrait` is its aligned crop. */
export function assessQuality({
  detection: { box, score: detectorScore, certainty },
  landmarks,
  portrait,
  image,
}: {
  readonly detection: Detection;
  readonly landmarks: readonly Point[];
  readonly portrait: RgbImage;
  readonly image: { readonly width: number; readonly height: number };
}): Quality {
  const [leftEye, rightEye] = fivePoints(landmarks);
  const luma = lumaOf(portrait);
  const { mean, deviation } = spreadOf(luma);
  return gradeQuality({
    measures: {
      interocular_px: leftEye && rightEye ? Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y) : 0,
      ...poseOf(landmarks),
      sharpness: laplacianVariance(luma, portrait.width, portrait.height),
      brightness: mean,
      contrast: deviation,
      detectorScore,
    },
    certainty,
    covering: measureCovering(portrait),
    outside: shareOutside(box, image),
    filling: box.height / image.height,
  });
}

/** The verdict on measurements; pure, so that every limit can be tested. */
export function gradeQuality(measured: Measured): Quality {
  const severities = new Map<QualityReason, number>();
  for (const { reason, value, good, fair } of limits) {
    const severity = (value(measured) - good) / (fair - good);
    if (severity > (severities.get(reason) ?? 0)) severities.set(reason, severity);
  }
  const faults = Array.from(severities, ([reason, severity]) => ({ reason, severity })).sort(
    (a, b) => b.severity - a.severity,
  );
  const worst = faults[0]?.severity ?? 0;
  return {
    grade: worst > 1 ? 'poor' : worst > 0 ? 'fair' : 'good',
    // Each fault halves the weight at its `fair` limit and takes all of it at twice that distance.
    score: faults.reduce((score, fault) => score * Math.max(0, 1 - fault.severity / 2), 1),
    reasons: faults.map(fault => fault.reason),
    measures: measured.measures,
  };
}

/** Variance of the 4-neighbour Laplacian (Pech-Pacheco et al. 2000): low where edges are soft. */
export function laplacianVariance(luma: Float32Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const value =
        (luma[i - 1] as number) +
        (luma[i + 1] as number) +
        (luma[i - width] as number) +
        (luma[i + width] as number) -
        4 * (luma[i] as number);
      sum += value;
      squares += value * value;
    }
  }
  const count = (width - 2) * (height - 2);
  return squares / count - (sum / count) ** 2;
}

function spreadOf(values: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}

function shareOutside(box: Box, image: { readonly width: number; readonly height: number }): number {
  const width = Math.min(box.x + box.width, image.width) - Math.max(box.x, 0);
  const height = Math.min(box.y + box.height, image.height) - Math.max(box.y, 0);
  return 1 - (Math.max(0, width) * Math.max(0, height)) / (box.width * box.height);
}
