/**
 * Vectors as small integers, with what that leaves out. For a row x = s·q + r and a probe p = σ·t + e
 *
 *   x·p = s·σ·(q·t) + (s·q)·e + r·p     so     |x·p − s·σ·(q·t)| ≤ ‖s·q‖·‖e‖ + ‖r‖·‖p‖   (Cauchy–Schwarz).
 *
 * q·t is computed in 32-bit integers without rounding; what 64-bit floats round elsewhere is far below `roundingShare`.
 */

const largestByte = 127;
/** Below this a scale loses digits; the row is then left out whole. */
const smallestScale = 1e-30;
/** Of ‖x‖·‖p‖: more than all rounding of 64-bit sums of up to 8,192 products together (8,192 · 2^-53 < 1e-12). */
const roundingShare = 1e-9;
export const largestDimension = 8_192;

/** What a row needs besides its bytes. */
export interface QuantisedRow {
  /** s, a 32-bit float. */
  readonly scale: number;
  /** ‖r‖, rounded up to a 32-bit float. */
  readonly residual: number;
  /** At least ‖x‖ and ‖s·q‖. */
  readonly length: number;
}

/** Writes q of a finite vector into `bytes`, which is at least as long; bytes beyond the vector become 0. */
export function quantiseRow(vector: Float32Array, bytes: Int8Array): QuantisedRow {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const wanted = Math.fround(largest / largestByte);
  const scale = wanted < smallestScale ? 0 : wanted;
  let left = 0;
  let whole = 0;
  let kept = 0;
  bytes.fill(0);
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    const step = scale === 0 ? 0 : Math.round(value / scale);
    const q = Math.max(-largestByte, Math.min(largestByte, step));
    bytes[i] = q;
    const rest = value - scale * q;
    left += rest * rest;
    whole += value * value;
    kept += scale * q * (scale * q);
  }
  const up = 1 + roundingShare;
  return {
    scale,
    residual: Math.fround(Math.sqrt(left) * (1 + 2 ** -22) + Number.MIN_VALUE),
    length: Math.sqrt(Math.max(whole, kept)) * up,
  };
}

export interface QuantisedProbe {
  /** σ. */
  readonly scale: number;
  /** At least ‖p‖. */
  readonly norm: number;
  /** To be added to every row's ‖r‖·‖p‖ when no row is longer than `longestRow`. */
  slack(longestRow: number): number;
}

/** Writes t, |t| ≤ `most`, of a finite probe into `steps`, which is at least as long; steps beyond the probe become 0. */
export function quantiseProbe(probe: Float32Array, steps: Int16Array, most: number): QuantisedProbe {
  let largest = 0;
  for (const value of probe) largest = Math.max(largest, Math.abs(value));
  const scale = largest / most;
  let left = 0;
  let whole = 0;
  steps.fill(0);
  for (let i = 0; i < probe.length; i++) {
    const value = probe[i] as number;
    const t = scale === 0 ? 0 : Math.max(-most, Math.min(most, Math.round(value / scale)));
    steps[i] = t;
    const rest = value - scale * t;
    left += rest * rest;
    whole += value * value;
  }
  const norm = Math.sqrt(whole) * (1 + roundingShare);
  const missed = Math.sqrt(left) * (1 + roundingShare) + roundingShare * norm;
  return { scale, norm, slack: longestRow => longestRow * missed };
}
