import type { Detection } from './boxes.js';
import type { RgbImage } from './image.js';
import type { Box, Point } from './types.js';

export interface FoundFace {
  readonly image: RgbImage;
  readonly box: Box;
  readonly landmarks: readonly Point[];
  /** The face by the standard alignment, for those who take just that. */
  readonly portrait: RgbImage;
}

/** A face ready for the embedder. */
export interface AlignedFace {
  embed(): Promise<Float32Array>;
  /** The same of the mirror image. */
  embedMirrored(): Promise<Float32Array>;
}

/** The nets of one pack, behind what the pipeline needs of them. Not for two callers at once. */
export interface Engine {
  detect(image: RgbImage): Promise<readonly Detection[]>;
  /** 68 points, iBUG order, px of the image. */
  landmarks(image: RgbImage, box: Box): Promise<readonly Point[]>;
  /** 0 (attack) to 1 (live). */
  readonly liveness?: (image: RgbImage, box: Box) => Promise<number>;
  /** Cuts the face out as the embedder takes it; embeddings come un-normalised. */
  align(found: FoundFace): AlignedFace;
  close(): Promise<void>;
}
