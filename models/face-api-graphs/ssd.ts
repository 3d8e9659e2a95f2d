import { createGraphWriter, type GraphWriter } from '../onnx/builder.js';
import { convolution, pixelsToPlanes } from './layers.js';
import { readWeights, type WeightMap, weightOf } from './weights.js';

const side_px = 512;
const epsilon = 0.001;
/** Layers of MobileNet whose depthwise convolution halves the picture. */
const halving = new Set([2, 4, 6, 12]);

/**
 * face-api's SSD on MobileNet v1: [1, 512, 512, 3] → [1, n, 5], per anchor the score of a face, then top, left, bottom and right as
 * shares of the padded square.
 */
export function ssdMobilenetV1([manifest, binary]: readonly Uint8Array[]): Uint8Array {
  if (manifest === undefined || binary === undefined)
    throw new Error('a weight manifest and its .bin are needed');
  const weights = readWeights(manifest, binary);
  const g = createGraphWriter('ssd_mobilenet_v1', [1, side_px, side_px, 3]);
  const scaled = g.op('Div', ['input', g.constant([1], Float32Array.of(127.5))]);
  const pixels = pixelsToPlanes(g, g.op('Sub', [scaled, g.constant([1], Float32Array.of(1))]));

  let x = pointwise(g, pixels, weights, 'MobilenetV1/Conv2d_0', 2);
  let conv11 = x;
  for (let layer = 1; layer <= 13; layer++) {
    x = depthwise(g, x, weights, layer);
    x = pointwise(g, x, weights, `MobilenetV1/Conv2d_${layer}`, 1);
    if (layer === 11) conv11 = x;
  }
  const maps = [conv11, x];
  for (let layer = 0; layer < 8; layer++) {
    x = pointwise(g, x, weights, `Prediction/Conv2d_${layer}`, layer % 2 === 0 ? 1 : 2);
    if (layer % 2 === 1) maps.push(x);
  }
  const head = (kind: string, columns: number) =>
    g.op(
      'Concat',
      maps.map((map, i) => predictor(g, map, weights, `Prediction/BoxPredictor_${i}/${kind}`, columns)),
      { axis: 1 },
    );
  const scores = g.op('Sigmoid', [columnsOf(g, head('ClassPredictor', 3), 1, 2)]);
  const { shape, values } = weightOf(weights, 'Output/extra_dim');
  const corners = cornersOf(g, head('BoxEncodingPredictor', 4), values);
  return g.finish(g.op('Concat', [scores, corners], { axis: 2 }), [1, shape[1] ?? 0, 5]);
}

/** What the net says of each anchor box → its corners. Centres move by tenths of the anchor, sides grow by e to the fifths. */
function cornersOf(g: GraphWriter, encoded: string, anchors: Float32Array): string {
  const count = anchors.length / 4;
  const sizes = new Float32Array(count * 2);
  const centres = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    for (const axis of [0, 1] as const) {
      const low = anchors[i * 4 + axis] ?? 0;
      const high = anchors[i * 4 + 2 + axis] ?? 0;
      sizes[i * 2 + axis] = high - low;
      centres[i * 2 + axis] = low + Math.fround(high - low) / 2;
    }
  }
  const number = (value: number) => g.constant([1], Float32Array.of(value));
  const size = g.constant([1, count, 2], sizes);
  const moved = g.op('Mul', [g.op('Div', [columnsOf(g, encoded, 0, 2), number(10)]), size]);
  const centre = g.op('Add', [moved, g.constant([1, count, 2], centres)]);
  const grown = g.op('Mul', [g.op('Exp', [g.op('Div', [columnsOf(g, encoded, 2, 4), number(5)])]), size]);
  const half = g.op('Div', [grown, number(2)]);
  return g.op('Concat', [g.op('Sub', [centre, half]), g.op('Add', [centre, half])], { axis: 2 });
}

/** A head of the net: [1, n, columns], in the order of rows, columns and anchors. */
function predictor(g: GraphWriter, x: string, weights: WeightMap, name: string, columns: number): string {
  const out = convolution(g, x, {
    filters: weightOf(weights, `${name}/weights`),
    bias: weightOf(weights, `${name}/biases`).values,
    padding: 'same',
  });
  const channelsLast = g.op('Transpose', [out], { perm: [0, 2, 3, 1] });
  return g.op('Reshape', [channelsLast, g.integers([1, -1, columns])]);
}

function columnsOf(g: GraphWriter, x: string, from: number, to: number): string {
  return g.op('Slice', [x, g.integers([from]), g.integers([to]), g.integers([2])]);
}

function pointwise(g: GraphWriter, x: string, weights: WeightMap, name: string, stride: number): string {
  const out = convolution(g, x, {
    filters: weightOf(weights, `${name}_pointwise/weights`),
    bias: weightOf(weights, `${name}_pointwise/convolution_bn_offset`).values,
    stride,
    padding: 'same',
  });
  return relu6(g, out);
}

/** With its batch norm folded in: W·γ/√(v + ε) and β − m·γ/√(v + ε). */
function depthwise(g: GraphWriter, x: string, weights: WeightMap, layer: number): string {
  const name = `MobilenetV1/Conv2d_${layer}_depthwise`;
  const norm = (part: string) => weightOf(weights, `${name}/BatchNorm/${part}`).values;
  const [gamma, beta, mean, variance] = [
    norm('gamma'),
    norm('beta'),
    norm('moving_mean'),
    norm('moving_variance'),
  ];
  const scale = gamma.map((value, i) => value / Math.sqrt((variance[i] ?? 0) + epsilon));
  const { shape, values } = weightOf(weights, `${name}/depthwise_weights`);
  // Stored [height, width, channels, 1]: the channel is the fastest axis.
  const filters = { shape, values: values.map((value, i) => value * (scale[i % scale.length] ?? 0)) };
  const bias = beta.map((value, i) => value - (mean[i] ?? 0) * (scale[i] ?? 0));
  const stride = halving.has(layer) ? 2 : 1;
  return relu6(g, convolution(g, x, { filters, bias, stride, padding: 'same', depthwise: true }));
}

function relu6(g: GraphWriter, x: string): string {
  return g.op('Clip', [x, g.constant([], Float32Array.of(0)), g.constant([], Float32Array.of(6))]);
}
