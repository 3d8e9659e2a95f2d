import { createGraphWriter, type GraphWriter } from '../onnx/builder.js';
import { convolution, normalise, pool, separable } from './layers.js';
import { readWeights, type WeightMap, weightOf } from './weights.js';

const tinySide_px = 416;
const landmarkSide_px = 112;
const recognitionSide_px = 150;
const descriptorLength = 128;
/** Of the pictures that the landmark and the recognition net were trained on. */
const meanRgb = [122.782, 117.001, 104.298] as const;

/**
 * face-api's tiny face detector: [1, 416, 416, 3] → [1, 25, 13, 13], per cell five anchors of x, y, width, height and score as
 * logits.
 */
export function tinyFaceDetector([manifest, binary]: readonly Uint8Array[]): Uint8Array {
  const weights = readWeights(...both(manifest, binary));
  const g = createGraphWriter('tiny_face_detector', [1, tinySide_px, tinySide_px, 3]);
  const leaky = (x: string) => g.op('LeakyRelu', [x], {}, { alpha: 0.1 });
  const input = normalise(g, [117.001, 114.697, 97.404]);
  const first = { filters: weightOf(weights, 'conv0/filters'), bias: weightOf(weights, 'conv0/bias').values };
  let x = leaky(convolution(g, input, { ...first, padding: 'valid' }));
  for (let layer = 1; layer <= 5; layer++) {
    x = pool(g, 'MaxPool', x, { size: 2, stride: 2, padding: 'same' });
    x = leaky(separable(g, x, weights, { prefix: `conv${layer}`, padding: 'one' }));
  }
  x = pool(g, 'MaxPool', x, { size: 2, stride: 1, padding: 'same' });
  const last = { filters: weightOf(weights, 'conv8/filters'), bias: weightOf(weights, 'conv8/bias').values };
  return g.finish(convolution(g, x, { ...last, padding: 'valid' }), [1, 25, 13, 13]);
}

/** face-api's 68 landmarks: [1, 112, 112, 3] → [1, 136], x and y as shares of the square. */
export function landmarks68([manifest, binary]: readonly Uint8Array[]): Uint8Array {
  const weights = readWeights(...both(manifest, binary));
  const g = createGraphWriter('face_landmark_68', [1, landmarkSide_px, landmarkSide_px, 3]);
  let x = normalise(g, meanRgb);
  for (let block = 0; block < 4; block++) x = denseBlock(g, x, weights, block);
  x = pool(g, 'AveragePool', x, { size: 7, stride: 2, padding: 'valid' });
  x = g.op('Flatten', [x], { axis: 1 });
  const { shape, values } = weightOf(weights, 'fc/weights');
  const product = g.op('MatMul', [x, g.constant(shape, values)]);
  const bias = weightOf(weights, 'fc/bias');
  return g.finish(g.op('Add', [product, g.constant(bias.shape, bias.values)]), [1, 136]);
}

/** Four layers, each of which sees the sum of all before it. */
function denseBlock(g: GraphWriter, x: string, weights: WeightMap, block: number): string {
  const prefix = (layer: number) => `dense${block}/conv${layer}`;
  const relu = (value: string) => g.op('Relu', [value]);
  let sum = relu(
    block === 0
      ? convolution(g, x, {
          filters: weightOf(weights, `${prefix(0)}/filters`),
          bias: weightOf(weights, `${prefix(0)}/bias`).values,
          stride: 2,
          padding: 'same',
        })
      : separable(g, x, weights, { prefix: prefix(0), stride: 2, padding: 'same' }),
  );
  let seen = sum;
  for (let layer = 1; layer <= 3; layer++) {
    const next = separable(g, seen, weights, { prefix: prefix(layer), padding: 'same' });
    sum = g.op('Add', [sum, next]);
    seen = relu(sum);
  }
  return seen;
}

/** dlib's ResNet as face-api ships it: [1, 150, 150, 3] → [1, 128]. */
export function faceRecognition([manifest, binary]: readonly Uint8Array[]): Uint8Array {
  const weights = readWeights(...both(manifest, binary));
  const g = createGraphWriter('face_recognition', [1, recognitionSide_px, recognitionSide_px, 3]);
  const relu = (value: string) => g.op('Relu', [value]);
  let x = normalise(g, meanRgb);
  x = relu(scaledConvolution(g, x, weights, { prefix: 'conv32_down', stride: 2 }));
  x = pool(g, 'MaxPool', x, { size: 3, stride: 2, padding: 'valid' });
  for (const { name, channels, down, padded } of residualBlocks) {
    const inner = relu(scaledConvolution(g, x, weights, { prefix: `${name}/conv1`, stride: down ? 2 : 1 }));
    let out = scaledConvolution(g, inner, weights, { prefix: `${name}/conv2`, stride: 1 });
    let shortcut = x;
    if (down) {
      shortcut = pool(g, 'AveragePool', x, { size: 2, stride: 2, padding: 'valid' });
      // Half the channels come from above, the rest are zero.
      if (channels > 0) shortcut = g.op('Pad', [shortcut, g.integers([0, 0, 0, 0, 0, channels, 0, 0])]);
    }
    if (padded) out = g.op('Pad', [out, g.integers([0, 0, 0, 0, 0, 0, 1, 1])]);
    x = relu(g.op('Add', [shortcut, out]));
  }
  x = g.op('Flatten', [g.op('GlobalAveragePool', [x])], { axis: 1 });
  const { shape, values } = weightOf(weights, 'fc');
  return g.finish(g.op('MatMul', [x, g.constant(shape, values)]), [1, descriptorLength]);
}

/** `channels`: zero channels that the shortcut gains. `padded`: the branch is one px short at the bottom and right. */
const residualBlocks = [
  ...['conv32_1', 'conv32_2', 'conv32_3'].map(plainBlock),
  { name: 'conv64_down', down: true, channels: 32, padded: false },
  ...['conv64_1', 'conv64_2', 'conv64_3'].map(plainBlock),
  { name: 'conv128_down', down: true, channels: 64, padded: false },
  ...['conv128_1', 'conv128_2'].map(plainBlock),
  { name: 'conv256_down', down: true, channels: 128, padded: true },
  ...['conv256_1', 'conv256_2'].map(plainBlock),
  { name: 'conv256_down_out', down: true, channels: 0, padded: true },
];

function plainBlock(name: string) {
  return { name, down: false, channels: 0, padded: false };
}

/** A convolution with the scale layer behind it folded in: W·s and b·s + t. */
function scaledConvolution(
  g: GraphWriter,
  x: string,
  weights: WeightMap,
  { prefix, stride }: { prefix: string; stride: number },
): string {
  const filters = weightOf(weights, `${prefix}/conv/filters`);
  const bias = weightOf(weights, `${prefix}/conv/bias`).values;
  const scale = weightOf(weights, `${prefix}/scale/weights`).values;
  const shift = weightOf(weights, `${prefix}/scale/biases`).values;
  // The output channel is the last, fastest axis of the stored filters.
  const values = filters.values.map((w, i) => w * (scale[i % scale.length] ?? 0));
  return convolution(g, x, {
    filters: { shape: filters.shape, values },
    bias: bias.map((b, i) => b * (scale[i] ?? 0) + (shift[i] ?? 0)),
    stride,
    padding: stride === 2 ? 'valid' : 'same',
  });
}

function both(manifest: Uint8Array | undefined, binary: Uint8Array | undefined): [Uint8Array, Uint8Array] {
  if (manifest === undefined || binary === undefined)
    throw new Error('a weight manifest and its .bin are needed');
  return [manifest, binary];
}
