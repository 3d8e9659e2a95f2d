import type { DetectorSpec } from '../models/index.js';
import { type Detection, keepBest } from './boxes.js';

type DecoderOf<Kind> = Extract<DetectorSpec['decoder'], { kind: Kind }>;

/**
 * UltraFace gives corners as shares of the image's sides. Its boxes are narrow; the nets behind it were made for squares as
 * high as the box.
 */
export function decodeUltraface({
  scores,
  corners,
  decoder,
  image,
}: {
  /** [n, 2]: background, face. */
  readonly scores: Float32Array;
  /** [n, 4]: left, top, right, bottom. */
  readonly corners: Float32Array;
  readonly decoder: DecoderOf<'ultraface'>;
  readonly image: { readonly width: number; readonly height: number };
}): Detection[] {
  const found: Detection[] = [];
  for (let i = 0; i * 2 < scores.length; i++) {
    const score = scores[i * 2 + 1] ?? 0;
    if (score < decoder.minScore) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = corners.subarray(i * 4, i * 4 + 4);
    const width = (right - left) * image.width;
    const height = (bottom - top) * image.height;
    if (!(width > 0 && height > 0)) continue;
    found.push({ score, box: { x: left * image.width, y: top * image.height, width, height } });
  }
  return keepBest(found, decoder.maxOverlap).map(({ score, box }) => ({
    score,
    box: { x: box.x + (box.width - box.height) / 2, y: box.y, width: box.height, height: box.height },
  }));
}
