import type { NetInput } from '../models/index.js';
import type { RgbImage } from './image.js';

/** A net's input: values and shape. */
export interface InputTensor {
  readonly data: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** Arranges an image of the input's size as the net wants it: channel order, layout, (pixel − mean) / std. */
export function toTensor(image: RgbImage, input: NetInput): InputTensor {
  const { width, height, data } = image;
  if (width !== input.width || height !== input.height) {
    throw new RangeError(`the net takes ${input.width}×${input.height}, got ${width}×${height}`);
  }
  const pixels = width * height;
  const channels = input.channels === 'gray' ? 1 : 3;
  const planar = input.layout === 'nchw';
  const shape = planar ? [1, channels, height, width] : [1, height, width, channels];
  const out =
    input.type === 'uint8' ? new Uint8Array(pixels * channels) : new Float32Array(pixels * channels);
  const step = planar ? 1 : channels;
  if (channels === 1) {
    const table = valueTable(input, 0);
    for (let i = 0, p = 0; i < pixels; i++, p += 3) {
      // The 8-bit luma that an image library's gray conversion gives.
      const luma =
        0.299 * (data[p] as number) + 0.587 * (data[p + 1] as number) + 0.114 * (data[p + 2] as number);
      out[i] = table[Math.round(luma)] as number;
    }
    return { data: out, shape };
  }
  for (let c = 0; c < 3; c++) {
    const table = valueTable(input, c);
    const source = input.channels === 'bgr' ? 2 - c : c;
    let o = planar ? c * pixels : c;
    for (let p = source; p < pixels * 3; p += 3, o += step) {
      out[o] = table[data[p] as number] as number;
    }
  }
  return { data: out, shape };
}

function valueTable(input: NetInput, channel: number): Float32Array {
  const table = new Float32Array(256);
  const mean = input.mean?.[channel] ?? input.mean?.[0] ?? 0;
  const std = input.std?.[channel] ?? input.std?.[0] ?? 1;
  const raw = input.type === 'uint8';
  for (let value = 0; value < 256; value++) table[value] = raw ? value : (value - mean) / std;
  return table;
}
