import type { GraphWriter } from '../onnx/builder.js';
import { transposed, type Weight, type WeightMap, weightOf } from './weights.js';

/** Filters are stored [height, width, in, out]; ONNX wants [out, in, height, width]. */
const toOihw = [3, 2, 0, 1] as const;
/** Depthwise filters are stored [height, width, channels, 1]; ONNX wants [channels, 1, height, width]. */
const toDepthwise = [2, 3, 0, 1] as const;

export type Padding = 'same' | 'valid' | 'one';

export interface Convolution {
  readonly filters: Weight;
  readonly bias: Float32Array;
  readonly stride?: number;
  readonly padding: Padding;
  /** One filter per channel. */
  readonly depthwise?: boolean;
}

/** TensorFlow's `same` pads the odd pixel at the bottom and right: SAME_UPPER. */
function paddingOf(padding: Padding): Record<string, string | number[]> {
  if (padding === 'same') return { auto_pad: 'SAME_UPPER' };
  return { pads: padding === 'one' ? [1, 1, 1, 1] : [0, 0, 0, 0] };
}

export function convolution(
  g: GraphWriter,
  x: string,
  { filters, bias, stride = 1, padding, depthwise = false }: Convolution,
): string {
  const { shape, values } = transposed(filters, depthwise ? toDepthwise : toOihw);
  return g.op('Conv', [x, g.constant(shape, values), g.constant([bias.length], bias)], {
    kernel_shape: shape.slice(2),
    group: depthwise ? (shape[0] ?? 1) : 1,
    strides: [stride, stride],
    ...paddingOf(padding),
  });
}

/** A depthwise convolution, then a pointwise one with the bias. */
export function separable(
  g: GraphWriter,
  x: string,
  weights: WeightMap,
  { prefix, stride = 1, padding }: { prefix: string; stride?: number; padding: Padding },
): string {
  const { shape, values } = transposed(weightOf(weights, `${prefix}/depthwise_filter`), toDepthwise);
  const depthwise = g.op('Conv', [x, g.constant(shape, values)], {
    kernel_shape: shape.slice(2),
    group: shape[0] ?? 1,
    strides: [stride, stride],
    ...paddingOf(padding),
  });
  return convolution(g, depthwise, {
    filters: weightOf(weights, `${prefix}/pointwise_filter`),
    bias: weightOf(weights, `${prefix}/bias`).values,
    padding: 'valid',
  });
}

export function pool(
  g: GraphWriter,
  type: 'MaxPool' | 'AveragePool',
  x: string,
  { size, stride, padding }: { size: number; stride: number; padding: Padding },
): string {
  return g.op(type, [x], { kernel_shape: [size, size], strides: [stride, stride], ...paddingOf(padding) });
}

/**
 * [1, height, width, 3] pixels 0–255 → [1, 3, height, width], (x − mean) / 255. The mean stays a layer of its own: folded into
 * a convolution that pads with zeros it would change the border.
 */
export function normalise(g: GraphWriter, meanRgb: readonly [number, number, number]): string {
  const centred = g.op('Sub', ['input', g.constant([3], Float32Array.from(meanRgb))]);
  const scaled = g.op('Div', [centred, g.constant([1], Float32Array.of(255))]);
  return pixelsToPlanes(g, scaled);
}

/** [1, height, width, channels] → [1, channels, height, width] */
export function pixelsToPlanes(g: GraphWriter, x: string): string {
  return g.op('Transpose', [x], { perm: [0, 3, 1, 2] });
}
