import type { Box, Point } from './types.js';

/** Decoded, upright pixels: 3 bytes each, red first, row by row. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: rotation, scale and shift. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** Where to read for one output coordinate: two neighbours, and the weight of the second. */
interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/**
 * Cuts a rectangle out and scales it to width × height, bilinear on pixel centres. Outside the image the border's
 * pixels are repeated.
 */
export function resizeRegion(image: RgbImage, box: Box, width: number, height: number): RgbImage {
  const { data } = image;
  const xs = tapsFor(box.x, box.width, width, image.width, 3);
  const ys = tapsFor(box.y, box.height, height, image.height, image.width * 3);
  const out = new Uint8Array(width * height * 3);
  let o = 0;
  for (let y = 0; y < height; y++) {
    const top = ys.low[y] as number;
    const bottom = ys.high[y] as number;
    const v = ys.weight[y] as number;
    for (let x = 0; x < width; x++) {
      const left = xs.low[x] as number;
      const right = xs.high[x] as number;
      const u = xs.weight[x] as number;
      const w11 = u * v;
      const w10 = v - w11;
      const w01 = u - w11;
      const w00 = 1 - u - v + w11;
      const p00 = top + left;
      const p01 = top + right;
      const p10 = bottom + left;
      const p11 = bottom + right;
      for (let c = 0; c < 3; c++) {
        out[o++] =
          (data[p00 + c] as number) * w00 +
          (data[p01 + c] as number) * w01 +
          (data[p10 + c] as number) * w10 +
          (data[p11 + c] as number) * w11 +
          0.5;
      }
    }
  }
  return { width, height, data: out };
}

/** Fills a square of `size` px by reading the image where `toImage` maps each output pixel; bilinear, border repeated. */
export function warpSquare(image: RgbImage, toImage: Similarity, size: number): RgbImage {
  const { data, width, height } = image;
  const { a, b, tx, ty } = toImage;
  const out = new Uint8Array(size * size * 3);
  let o = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sx = Math.min(Math.max(a * x - b * y + tx, 0), width - 1);
      const sy = Math.min(Math.max(b * x + a * y + ty, 0), height - 1);
      const x0 = sx | 0;
      const y0 = sy | 0;
      const u = sx - x0;
      const v = sy - y0;
      const p00 = (y0 * width + x0) * 3;
      const p01 = x0 + 1 < width ? p00 + 3 : p00;
      const down = y0 + 1 < height ? width * 3 : 0;
      const w11 = u * v;
      for (let c = 0; c < 3; c++) {
        out[o++] =
          (data[p00 + c] as number) * (1 - u - v + w11) +
          (data[p01 + c] as number) * (u - w11) +
          (data[p00 + down + c] as number) * (v - w11) +
          (data[p01 + down + c] as number) * w11 +
          0.5;
      }
    }
  }
  return { width: size, height: size, data: out };
}

/** Left and right exchanged. */
export function mirrored(image: RgbImage): RgbImage {
  const { width, height, data } = image;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = (y * width + (width - 1 - x)) * 3;
      out[to] = data[from] as number;
      out[to + 1] = data[from + 1] as number;
      out[to + 2] = data[from + 2] as number;
    }
  }
  return { width, height, data: out };
}

/** Luma of each pixel, 0–255 (ITU-R BT.601 weights). */
export function lumaOf(image: RgbImage): Float32Array {
  const { data } = image;
  const luma = new Float32Array(image.width * image.height);
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    luma[i] = 0.299 * (data[p] as number) + 0.587 * (data[p + 1] as number) + 0.114 * (data[p + 2] as number);
  }
  return luma;
}

/**
 * The similarity that maps `from` to `to` with the least sum of squared distances (Umeyama 1991, in closed form for
 * the plane). Both lists have the same length, two at least.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const centreFrom = centreOf(from);
  const centreTo = centreOf(to);
  let spread = 0;
  let along = 0;
  let across = 0;
  for (const [index, p] of from.entries()) {
    const q = to[index];
    if (q === undefined) throw new RangeError('fitSimilarity needs as many targets as points');
    const px = p.x - centreFrom.x;
    const py = p.y - centreFrom.y;
    const qx = q.x - centreTo.x;
    const qy = q.y - centreTo.y;
    spread += px * px + py * py;
    along += px * qx + py * qy;
    across += px * qy - py * qx;
  }
  // Points that all coincide have no scale; any will do, and the crop is refused for its quality later.
  const a = spread > 0 ? along / spread : 1;
  const b = spread > 0 ? across / spread : 0;
  return {
    a,
    b,
    tx: centreTo.x - (a * centreFrom.x - b * centreFrom.y),
    ty: centreTo.y - (b * centreFrom.x + a * centreFrom.y),
  };
}

function centreOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

function tapsFor(start: number, length: number, count: number, limit: number, stride: number): Taps {
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const position = Math.min(Math.max(start + ((i + 0.5) * length) / count - 0.5, 0), limit - 1);
    const floor = Math.floor(position);
    low[i] = floor * stride;
    high[i] = Math.min(floor + 1, limit - 1) * stride;
    weight[i] = position - floor;
  }
  return { low, high, weight };
}
