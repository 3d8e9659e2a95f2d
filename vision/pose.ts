import { meanOf } from './align.js';
import type { Point } from './types.js';

/** How a head is turned, degrees. Positive: to the picture's right, up, leaning to the picture's right. */
export interface Pose {
  readonly yaw_deg: number;
  readonly pitch_deg: number;
  readonly roll_deg: number;
}

type Vector = readonly [number, number, number];

/**
 * Six points of a generic head: x to the picture's right, y down, z towards the camera, in an arbitrary unit. The
 * proportions are those in common use for head pose from landmarks (nose tip, chin, outer eye corners, mouth corners).
 */
const head: readonly { readonly landmark: number; readonly at: Vector }[] = [
  { landmark: 30, at: [0, 0, 0] },
  { landmark: 8, at: [0, 330, -65] },
  { landmark: 36, at: [-225, -170, -135] },
  { landmark: 45, at: [225, -170, -135] },
  { landmark: 48, at: [-150, 150, -125] },
  { landmark: 54, at: [150, 150, -125] },
];

const headCentre = head.reduce<Vector>(
  (sum, { at }) => [sum[0] + at[0] / head.length, sum[1] + at[1] / head.length, sum[2] + at[2] / head.length],
  [0, 0, 0],
);
const centred: readonly Vector[] = head.map(({ at }) => [
  at[0] - headCentre[0],
  at[1] - headCentre[1],
  at[2] - headCentre[2],
]);
const inverse = invertSymmetric(centred);

/**
 * Pose under scaled orthographic projection: the affine camera that fits the six points best (DeMenthon & Davis, "Model-based
 * object pose in 25 lines of code", 1995, first step), whose rows are the head's axes in the picture.
 */
export function poseOf(landmarks: readonly Point[]): Pose {
  const points = head.map(({ landmark }) => meanOf(landmarks, [landmark]));
  const right = normalised(solve(points.map(p => p.x)));
  const down = normalised(solve(points.map(p => p.y)));
  const leftEye = meanOf(landmarks, [36, 37, 38, 39, 40, 41]);
  const rightEye = meanOf(landmarks, [42, 43, 44, 45, 46, 47]);
  return {
    yaw_deg: degrees(Math.asin(clamp(right[2]))),
    pitch_deg: degrees(-Math.asin(clamp(down[2]))),
    roll_deg: degrees(Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x)),
  };
}

/** Least squares: the vector v with v · head[i] ≈ values[i] − mean. */
function solve(values: readonly number[]): Vector {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let x = 0;
  let y = 0;
  let z = 0;
  for (const [index, at] of centred.entries()) {
    const value = (values[index] ?? 0) - mean;
    x += at[0] * value;
    y += at[1] * value;
    z += at[2] * value;
  }
  const rows = inverse;
  return [dot(rows[0], [x, y, z]), dot(rows[1], [x, y, z]), dot(rows[2], [x, y, z])];
}

/** (Σ p·pᵀ)⁻¹ by cofactors. */
function invertSymmetric(points: readonly Vector[]): readonly [Vector, Vector, Vector] {
  const sum = (i: 0 | 1 | 2, j: 0 | 1 | 2) => points.reduce((total, p) => total + p[i] * p[j], 0);
  const [a, b, c, d, e, f] = [sum(0, 0), sum(0, 1), sum(0, 2), sum(1, 1), sum(1, 2), sum(2, 2)];
  const first: Vector = [d * f - e * e, c * e - b * f, b * e - c * d];
  const determinant = a * first[0] + b * first[1] + c * first[2];
  const scale = (v: Vector): Vector => [v[0] / determinant, v[1] / determinant, v[2] / determinant];
  return [
    scale(first),
    scale([first[1], a * f - c * c, b * c - a * e]),
    scale([first[2], b * c - a * e, a * d - b * b]),
  ];
}

function normalised(v: Vector): Vector {
  const length = Math.hypot(...v) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
