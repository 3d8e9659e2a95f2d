import type { Face, ImageAnalysis } from '../../vision/index.js';
import { enrolmentErrors } from './errors.js';

/** A second face counts from this share of the largest one's side on; smaller ones are passers-by in the background. */
const notableShare = 0.5;

export type EnrollableFace = Face & { readonly embedding: Float32Array };

const sideOf = ({ box }: Face): number => Math.sqrt(box.width * box.height);

/** The one face of an enrolment photo. Errors: `no_face`, `several_faces`, `poor_quality` (params.reasons). */
export function selectFace({ faces }: Pick<ImageAnalysis, 'faces'>): EnrollableFace {
  const [largest] = faces;
  if (!largest) throw enrolmentErrors.no_face();
  const count = faces.filter(face => sideOf(face) >= notableShare * sideOf(largest)).length;
  if (count > 1) throw enrolmentErrors.several_faces({ count });
  const { embedding, quality } = largest;
  if (quality.grade === 'poor' || embedding === undefined) {
    throw enrolmentErrors.poor_quality({ reasons: quality.reasons });
  }
  return { ...largest, embedding };
}
