import type { Point } from '../../vision/index.js';

/** How one set of points lies to another, if a plane carried both. */
export interface PlaneFit {
  /** Root mean square distance that no movement of a plane explains, as a share of the distance between the eyes. */
  readonly residual: number;
  /** How much the plane is shortened across one direction against the other: 0 none, 1 − cos θ when turned by θ. */
  readonly foreshortening: number;
}

/** Jaw, nose and eye corners: what hardly moves with speech and looks. iBUG order. */
const steady = [
  ...Array.from({ length: 17 }, (_, i) => i),
  27,
  28,
  29,
  30,
  31,
  32,
  33,
  34,
  35,
  36,
  39,
  42,
  45,
];
const outerEyes = [36, 45] as const;

/** Distance between the outer eye corners, px. */
export function eyeDistance(landmarks: readonly Point[]): number {
  const [a, b] = outerEyes.map(index => landmarks[index]);
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
}

/**
 * The projective map of a plane (a homography, by linear least squares with h₃₃ = 1) that takes the steady points of one frame
 * nearest to the other's. Undefined when the points do not determine it.
 */
export function fitPlane(from: readonly Point[], to: readonly Point[]): PlaneFit | undefined {
  const a = normalised(from);
  const b = normalised(to);
  if (!a || !b) return undefined;
  const map = homography(a, b);
  if (!map) return undefined;
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0, h7 = 0] = map;
  let squares = 0;
  for (const [i, p] of a.entries()) {
    const q = b[i];
    if (!q) return undefined;
    const w = h6 * p.x + h7 * p.y + 1;
    if (!(w > 0.1)) return undefined;
    squares += ((h0 * p.x + h1 * p.y + h2) / w - q.x) ** 2 + ((h3 * p.x + h4 * p.y + h5) / w - q.y) ** 2;
  }
  // The map's slope at the centre: how it stretches along its two own directions.
  const [ux, uy, vx, vy] = [h0 - h2 * h6, h1 - h2 * h7, h3 - h5 * h6, h4 - h5 * h7];
  const [sum, product] = [ux * ux + uy * uy + vx * vx + vy * vy, Math.abs(ux * vy - uy * vx)];
  const root = Math.sqrt(Math.max(0, sum * sum - 4 * product * product));
  const [most, least] = [Math.sqrt((sum + root) / 2), Math.sqrt(Math.max(0, (sum - root) / 2))];
  return { residual: Math.sqrt(squares / a.length), foreshortening: most > 0 ? 1 - least / most : 0 };
}

/** The steady points around their mean, in eye distances. */
function normalised(landmarks: readonly Point[]): readonly Point[] | undefined {
  const unit = eyeDistance(landmarks);
  const points = steady.flatMap(index => landmarks[index] ?? []);
  if (points.length !== steady.length || !(unit > 0)) return undefined;
  const x = points.reduce((sum, p) => sum + p.x, 0) / points.length;
  const y = points.reduce((sum, p) => sum + p.y, 0) / points.length;
  return points.map(p => ({ x: (p.x - x) / unit, y: (p.y - y) / unit }));
}

function homography(from: readonly Point[], to: readonly Point[]): readonly number[] | undefined {
  const unknowns = 8;
  const normal = Array.from({ length: unknowns }, () => new Float64Array(unknowns + 1));
  const add = (row: readonly number[], value: number): void => {
    for (let i = 0; i < unknowns; i++) {
      const line = normal[i] as Float64Array;
      const factor = row[i] as number;
      for (let j = 0; j < unknowns; j++) line[j] = (line[j] as number) + factor * (row[j] as number);
      line[unknowns] = (line[unknowns] as number) + factor * value;
    }
  };
  for (const [i, { x, y }] of from.entries()) {
    const q = to[i];
    if (!q) return undefined;
    add([x, y, 1, 0, 0, 0, -x * q.x, -y * q.x], q.x);
    add([0, 0, 0, x, y, 1, -x * q.y, -y * q.y], q.y);
  }
  return solve(normal);
}

/** Gauss with pivots; undefined when the equations do not determine the unknowns. */
function solve(rows: Float64Array[]): readonly number[] | undefined {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const line = rows[pivot];
    const other = rows[column];
    const head = line?.[column] ?? 0;
    if (!line || !other || Math.abs(head) < 1e-9) return undefined;
    rows[pivot] = other;
    rows[column] = line;
    for (const [row, target] of rows.entries()) {
      if (row === column) continue;
      const factor = (target[column] ?? 0) / head;
      for (let k = column; k <= size; k++) target[k] = (target[k] ?? 0) - factor * (line[k] ?? 0);
    }
  }
  return rows.map((line, i) => (line[size] ?? 0) / (line[i] ?? 1));
}
