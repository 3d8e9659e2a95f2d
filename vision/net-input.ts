import type { CropSpec } from '../models/index.js';
import { squareAround, squareInside } from './align.js';
import type { RgbImage } from './image.js';
import type { Box } from './types.js';

/** The part of the picture that a net looks at, by its manifest. */
export function regionOf(crop: Exclude<CropSpec, { kind: 'face-api' }>, box: Box, image: RgbImage): Box {
  return crop.kind === 'square-inside'
    ? squareInside(box, crop.scale, image)
    : squareAround(box, crop.scale, crop.shift);
}

/** The values of a net that has one output. */
export function onlyOutput(outputs: Readonly<Record<string, Float32Array>>): Float32Array {
  const [values] = Object.values(outputs);
  if (values === undefined) throw new Error('a net without an output');
  return values;
}
