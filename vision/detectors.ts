import type { DetectorSpec } from '../models/index.js';
import { certaintyOf, type Detection, keepBest } from './boxes.js';

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
    found.push({
      score,
      certainty: certaintyOf(score, decoder),
      box: { x: left * image.width, y: top * image.height, width, height },
    });
  }
  return keepBest(found, decoder.maxOverlap).map(({ box, ...rest }) => ({
    ...rest,
    box: { x: box.x + (box.width - box.height) / 2, y: box.y, width: box.height, height: box.height },
  }));
}

const anchorNumbers = 5;

/** face-api's SSD: per anchor a score and corners as shares of the padded square. */
export function decodeSsd({
  output,
  decoder,
  image,
  side_px,
}: {
  /** [n, 5]: score, top, left, bottom, right. */
  readonly output: Float32Array;
  readonly decoder: DecoderOf<'ssd'>;
  readonly image: { readonly width: number; readonly height: number };
  readonly side_px: number;
}): Detection[] {
  const found: Detection[] = [];
  for (let i = 0; i < output.length; i += anchorNumbers) {
    const [score = 0, top = 0, left = 0, bottom = 0, right = 0] = output.subarray(i, i + anchorNumbers);
    if (score <= decoder.minScore) continue;
    const box = { x: left, y: top, width: right - left, height: bottom - top };
    found.push({ score, certainty: certaintyOf(score, decoder), box });
  }
  const { unpadX, unpadY } = unpadding(image, side_px);
  // The library drops overlapping boxes first and cuts the rest at the square's borders afterwards.
  return keepBest(found, decoder.maxOverlap).map(({ box, ...rest }) => {
    const [x, y] = [Math.max(0, box.x), Math.max(0, box.y)];
    const width = (Math.min(1, box.x + box.width) - x) * unpadX * image.width;
    const height = (Math.min(1, box.y + box.height) - y) * unpadY * image.height;
    return { ...rest, box: { x: x * unpadX * image.width, y: y * unpadY * image.height, width, height } };
  });
}

/** How much longer the padded square is than the picture in it. The library rounds the size of the scaled picture first. */
function unpadding(image: { readonly width: number; readonly height: number }, side_px: number) {
  const scale = side_px / Math.max(image.width, image.height);
  return {
    unpadX: side_px / Math.round(image.width * scale),
    unpadY: side_px / Math.round(image.height * scale),
  };
}

const cell_px = 32;
const encoding = 5;

/** face-api's tiny detector: a grid of cells, per cell and anchor the logits of x, y, width, height and score. */
export function decodeTinyYolo({
  output,
  decoder,
  image,
  side_px,
}: {
  /** [anchors · 5, cells, cells] */
  readonly output: Float32Array;
  readonly decoder: DecoderOf<'tiny-yolo'>;
  readonly image: { readonly width: number; readonly height: number };
  readonly side_px: number;
}): Detection[] {
  const cells = side_px / cell_px;
  const plane = cells * cells;
  const { unpadX, unpadY } = unpadding(image, side_px);
  const found: Detection[] = [];
  for (const [anchor, [anchorWidth, anchorHeight]] of decoder.anchors.entries()) {
    for (let cell = 0; cell < plane; cell++) {
      const logit = (k: number) => output[(anchor * encoding + k) * plane + cell] ?? 0;
      const score = sigmoid(logit(4));
      if (score <= decoder.minScore) continue;
      const column = cell % cells;
      const row = (cell - column) / cells;
      const width = ((Math.exp(logit(2)) * anchorWidth) / cells) * unpadX * image.width;
      const height = ((Math.exp(logit(3)) * anchorHeight) / cells) * unpadY * image.height;
      const x = ((column + sigmoid(logit(0))) / cells) * unpadX * image.width - width / 2;
      const y = ((row + sigmoid(logit(1))) / cells) * unpadY * image.height - height / 2;
      found.push({ score, certainty: certaintyOf(score, decoder), box: { x, y, width, height } });
    }
  }
  return keepBest(found, decoder.maxOverlap);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
