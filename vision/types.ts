/**
 * What the vision pipeline takes and gives. Shared by the edge (live frames) and central (enrolment photos);
 * everything here is plain data that crosses a worker boundary.
 */

import type { Calibration } from '../models/index.js';

/** A point in pixels of the decoded, upright image; origin at the top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in pixels of the decoded, upright image. May reach over the image's border. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One picture to analyse: an encoded file (JPEG, PNG, WebP) as bytes. */
export interface EncodedImage {
  readonly bytes: Uint8Array;
}

/** Why a face is not good enough, in words a screen can show. */
export type QualityReason =
  | 'too-small'
  | 'too-large'
  | 'turned-away'
  | 'looking-up-or-down'
  | 'tilted'
  | 'blurred'
  | 'too-dark'
  | 'too-bright'
  | 'low-contrast'
  | 'outside-frame'
  | 'covered'
  | 'uncertain-detection';

/** `good`: enrol and match; `fair`: match only; `poor`: neither. */
export type QualityGrade = 'good' | 'fair' | 'poor';

/** A graded verdict with the measurements behind it. */
export interface Quality {
  readonly grade: QualityGrade;
  /** 0 (useless) to 1 (ideal); used as the weight when frames are averaged. */
  readonly score: number;
  /** Worst first. Empty when the grade is `good`. */
  readonly reasons: readonly QualityReason[];
  readonly measures: {
    /** Distance between the eyes, px. */
    readonly interocular_px: number;
    /** Degrees; positive: the head turns to the picture's right / looks up / leans to the picture's right. */
    readonly yaw_deg: number;
    readonly pitch_deg: number;
    readonly roll_deg: number;
    /** Variance of the Laplacian over the aligned crop's luma. */
    readonly sharpness: number;
    /** Mean luma of the aligned crop, 0–255. */
    readonly brightness: number;
    /** Standard deviation of the aligned crop's luma. */
    readonly contrast: number;
    readonly detectorScore: number;
  };
}

/** Presentation-attack detection on one frame. */
export interface Liveness {
  /** What the pack's nets say: 0 (attack) to 1 (live). */
  readonly score: number;
  /** How far straight edges close the face in, as a print's or a screen's do, 0 to 1; see `borderAround`. */
  readonly border?: number;
}

/** One face in one image. */
export interface Face {
  readonly box: Box;
  /** 68 points, iBUG order. */
  readonly landmarks: readonly Point[];
  readonly detectorScore: number;
  readonly quality: Quality;
  /** Absent when not asked for, or when the pack has no liveness model. */
  readonly liveness?: Liveness;
  /** Unit length, `dimension` floats of the pack `packId`. Absent when not asked for or when quality is poor. */
  readonly embedding?: Float32Array;
}

/** Milliseconds spent per stage of one call. */
export type StageTimes_ms = Readonly<
  Record<'decode' | 'detect' | 'landmarks' | 'quality' | 'liveness' | 'align' | 'embed', number>
>;

/** What one image holds. Faces are sorted by area, largest first. */
export interface ImageAnalysis {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly Face[];
  readonly packId: string;
  readonly times_ms: StageTimes_ms;
}

/** What to compute; defaults give everything for every face. */
export interface AnalyseOptions {
  /** Default true. */
  readonly embed?: boolean;
  /** Default true when the pack has a liveness model. */
  readonly liveness?: boolean;
  /** Largest n faces get landmarks, quality, liveness and embedding; the rest only a box. Default 8. */
  readonly maxFaces?: number;
  /** Average the embedding of the crop with that of its mirror image. Default false; true at enrolment. */
  readonly mirror?: boolean;
  /** Embed faces of poor quality as well (evaluation). Default false. */
  readonly embedPoor?: boolean;
  /**
   * Skip liveness and embedding when the picture shows a single face: it has been examined lately, and only where it is matters.
   * Somebody who joins is examined at once. Default false.
   */
  readonly skimSingle?: boolean;
  /** Give everything for this one face alone and only boxes for the others; `maxFaces` is then 1. */
  readonly only?: 'largest' | 'nearest-centre';
}

/** A loaded pipeline, in this thread or in a worker. Errors are PorterError with the codes of vision/errors.ts. */
export interface Vision {
  readonly packId: string;
  /** Floats in an embedding. */
  readonly dimension: number;
  /** Of the pack's embedder; see `thresholdFor` in models/. */
  readonly calibration: Calibration;
  analyse(image: EncodedImage, options?: AnalyseOptions): Promise<ImageAnalysis>;
  close(): Promise<void>;
}
