import type { Box } from './types.js';

/** A face found, before anything else is known of it. */
export interface Detection {
  readonly box: Box;
  /** 0 to 1. */
  readonly score: number;
  /** The score's place between the least that counts as a face (0) and beyond doubt (1), for this detector. */
  readonly certainty: number;
}

/** More faces than this in one frame are not looked at. */
const maxDetections = 500;

/** @param limits of the pack's detector */
export function certaintyOf(score: number, limits: { minScore: number; clearScore: number }): number {
  const { minScore, clearScore } = limits;
  return clearScore > minScore ? Math.min(1, (score - minScore) / (clearScore - minScore)) : 1;
}

/** Keeps the best of those that overlap by more than `maxOverlap` (intersection over union). Best first. */
export function keepBest(detections: readonly Detection[], maxOverlap: number): Detection[] {
  const sorted = [...detections].sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  for (const candidate of sorted) {
    if (kept.length >= maxDetections) break;
    if (kept.every(better => overlap(better.box, candidate.box) <= maxOverlap)) kept.push(candidate);
  }
  return kept;
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
