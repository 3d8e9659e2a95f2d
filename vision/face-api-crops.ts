import { meanOf } from './align.js';
import type { RgbImage } from './image.js';
import type { Box, Point } from './types.js';

/**
 * The crops of @vladmandic/face-api for image tensors, step by step, so that its nets see the same pixels and give
 * the same boxes, landmarks and descriptors as in that library.
 */

/**
 * A whole-pixel rectangle of the image as float pixels [side, side, 3], made square with black and scaled. `flipped`: left and
 * right exchanged before that.
 */
export function squareTensor(
  image: RgbImage,
  rect: Box,
  side: number,
  { centred, flipped = false }: { readonly centred: boolean; readonly flipped?: boolean },
): Float32Array {
  const square = Math.max(rect.width, rect.height);
  const missing = Math.abs(rect.width - rect.height);
  const before = centred ? missing - Math.round(missing * 0.5) : 0;
  const xs = tapsFor(side, square, rect.width < rect.height ? before : 0, rect.x, rect.width, flipped);
  const ys = tapsFor(side, square, rect.height < rect.width ? before : 0, rect.y, rect.height, false);
  const out = new Float32Array(side * side * 3);
  const { data } = image;
  const stride = image.width * 3;
  for (let row = 0; row < side; row++) {
    const top = ys.low[row] as number;
    const bottom = ys.high[row] as number;
    // The padding is black, as the tensor is from the start.
    if (top < 0 && bottom < 0) continue;
    const v = ys.weight[row] as number;
    let o = row * side * 3;
    for (let column = 0; column < side; column++, o += 3) {
      const left = xs.low[column] as number;
      const right = xs.high[column] as number;
      const u = xs.weight[column] as number;
      if (left < 0 || right < 0 || top < 0 || bottom < 0) {
        atBorder(out, o, { data, stride, left, right, top, bottom, u, v });
        continue;
      }
      const topLeft = top * stride + left * 3;
      const topRight = top * stride + right * 3;
      const bottomLeft = bottom * stride + left * 3;
      const bottomRight = bottom * stride + right * 3;
      for (let c = 0; c < 3; c++) {
        const a = data[topLeft + c] as number;
        const b = data[bottomLeft + c] as number;
        const upper = a + ((data[topRight + c] as number) - a) * u;
        const lower = b + ((data[bottomRight + c] as number) - b) * u;
        out[o + c] = upper + (lower - upper) * v;
      }
    }
  }
  return out;
}

/** A pixel between the picture and its black padding. */
function atBorder(
  out: Float32Array,
  o: number,
  at: {
    readonly data: Uint8Array;
    readonly stride: number;
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
    readonly u: number;
    readonly v: number;
  },
): void {
  const { data, stride, left, right, top, bottom, u, v } = at;
  const pixel = (x: number, y: number, c: number): number =>
    x < 0 || y < 0 ? 0 : (data[y * stride + x * 3 + c] as number);
  for (let c = 0; c < 3; c++) {
    const upper = pixel(left, top, c) + (pixel(right, top, c) - pixel(left, top, c)) * u;
    const lower = pixel(left, bottom, c) + (pixel(right, bottom, c) - pixel(left, bottom, c)) * u;
    out[o + c] = upper + (lower - upper) * v;
  }
}

/** Cut at the image's borders, then all four numbers rounded down. */
export function clippedRect(box: Box, image: { readonly width: number; readonly height: number }): Box {
  const x = Math.max(box.x, 0);
  const y = Math.max(box.y, 0);
  return {
    x: Math.floor(x),
    y: Math.floor(y),
    width: Math.floor(Math.min(box.x + box.width - x, image.width - x)),
    height: Math.floor(Math.min(box.y + box.height - y, image.height - y)),
  };
}

/** A face at the very border can be cut to nothing; one pixel gives a bad face instead of a failed frame. */
export function notEmpty({ x, y, width, height }: Box): Box {
  return { x, y, width: Math.max(1, width), height: Math.max(1, height) };
}

/** The landmark net's shares of its padded square → image px. The shift is the box's own corner, not the cut one's. */
export function landmarksFromShares(shares: Float32Array, rect: Box, box: Box, side: number): Point[] {
  const scale = side / Math.max(rect.width, rect.height);
  const width = rect.width * scale;
  const height = rect.height * scale;
  const padX = width < height ? (height - width) / 2 : 0;
  const padY = height < width ? (width - height) / 2 : 0;
  return Array.from({ length: shares.length / 2 }, (_, i) => ({
    x: (((shares[i * 2] ?? 0) * side - padX) / width) * rect.width + box.x,
    y: (((shares[i * 2 + 1] ?? 0) * side - padY) / height) * rect.height + box.y,
  }));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const eyesAndMouth = [range(36, 42), range(42, 48), range(48, 68)];

/** dlib's crop for the descriptor: a square from the mean distance between eyes and mouth. `rect`: the landmark net's crop. */
export function descriptorRect(landmarks: readonly Point[], rect: Box): Box {
  const centres = eyesAndMouth.map(indices => meanOf(landmarks, indices));
  const [left, right, mouth] = centres;
  if (left === undefined || right === undefined || mouth === undefined) throw new RangeError('no landmarks');
  const toMouth = (eye: Point) => Math.hypot(mouth.x - eye.x, mouth.y - eye.y);
  const size = Math.floor((toMouth(left) + toMouth(right)) / 2 / 0.45);
  const centre = meanOf(centres, [0, 1, 2]);
  const x = Math.floor(Math.max(0, centre.x - 0.5 * size));
  const y = Math.floor(Math.max(0, centre.y - 0.43 * size));
  return { x, y, width: Math.min(size, rect.width + x), height: Math.min(size, rect.height + y) };
}

/** Between which two pixels each output pixel lies, in image coordinates; -1 where there is padding. */
interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float64Array;
}

/** Bilinear without half pixels, in float32 like TensorFlow.js. */
function tapsFor(
  side: number,
  square: number,
  before: number,
  start: number,
  length: number,
  flipped: boolean,
): Taps {
  const scale = Math.fround(square / side);
  const inImage = (i: number) => {
    const offset = i - before;
    if (offset < 0 || offset >= length) return -1;
    return start + (flipped ? length - 1 - offset : offset);
  };
  const taps = {
    low: new Int32Array(side),
    high: new Int32Array(side),
    weight: new Float64Array(side),
  };
  for (let i = 0; i < side; i++) {
    const position = Math.fround(i * scale);
    const low = Math.floor(position);
    taps.low[i] = inImage(low);
    taps.high[i] = inImage(Math.min(Math.ceil(position), square - 1));
    taps.weight[i] = position - low;
  }
  return taps;
}
