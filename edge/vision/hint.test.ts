import { expect, it } from 'vitest';
import type { QualityReason } from '../../vision/index.js';
import { faceOf } from '../testing/faces.js';
import { hintFor } from './hint.js';

const poorFor = (...reasons: QualityReason[]) => {
  const face = faceOf({ grade: 'poor' });
  return { ...face, quality: { ...face.quality, reasons } };
};

it.each([
  [['too-small', 'blurred'], 'come-closer'],
  [['too-large'], 'step-back'],
  [['turned-away', 'too-dark'], 'look-at-camera'],
  [['too-dark'], 'too-dark'],
  [['too-bright'], 'too-bright'],
  [['blurred'], 'hold-still'],
  [['covered', 'blurred'], 'uncover-face'],
] as const)('a face that is %j is told what helps most: %s', (reasons, hint) => {
  expect(hintFor(poorFor(...reasons))).toBe(hint);
});

it('a face that can be matched is told nothing, though it could be better', () => {
  const face = faceOf({ grade: 'fair' });
  expect(hintFor({ ...face, quality: { ...face.quality, reasons: ['blurred'] } })).toBeUndefined();
});
