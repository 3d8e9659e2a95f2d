import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNet, packageRoot } from '../index.js';
import { convertHumanLiveness, originals } from './human-liveness.js';
import { sha256Hex } from './porter-512.js';
import { convertTfjsGraph, fromHalf, readTfjsWeights, type TfjsGraph } from './tfjs-graph.js';

/** A picture of waves, rows of pixels, three numbers each, 0–1: nothing like a face, but every weight takes part. */
function waves(side: number, seed: number): Float32Array {
  const pixels = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++) {
        const wave = Math.sin(seed * (y * 0.13 + c) + x * 0.071 * seed);
        const value = 127.5 + 127.5 * wave * Math.cos(x * 0.037 + y * 0.011 * seed + c * seed);
        pixels[(y * side + x) * 3 + c] = Math.round(value) / 255;
      }
    }
  }
  return pixels;
}

function planesOf(pixels: Float32Array): Float32Array {
  const count = pixels.length / 3;
  return pixels.map((_, i) => pixels[(i % count) * 3 + Math.floor(i / count)] ?? 0);
}

async function classesOf(bytes: Uint8Array, side: number, seed: number): Promise<number[]> {
  const net = await createNet({ pack: 'test', name: 'test', bytes });
  const [values = new Float32Array()] = Object.values(
    await net.run(planesOf(waves(side, seed)), [1, 3, side, side]),
  );
  await net.release();
  if (values.length === 1) return [1 / (1 + Math.exp(-(values[0] ?? 0)))];
  const powers = Array.from(values, value => Math.exp(value));
  return powers.map(power => power / powers.reduce((sum, one) => sum + one, 0));
}

/** What TensorFlow.js 4.22 gave for the package's own graphs on its cpu backend. */
const recorded = [
  { file: 'liveness-texture.onnx', side: 128, seed: 1, expected: [0.6563205122947693] },
  { file: 'liveness-texture.onnx', side: 128, seed: 2, expected: [0.7054737210273743] },
  { file: 'liveness-texture.onnx', side: 128, seed: 4, expected: [0.6254166960716248] },
  { file: 'liveness-tiny.onnx', side: 32, seed: 1, expected: [0.6540728211402893, 0.34592723846435547] },
  { file: 'liveness-tiny.onnx', side: 32, seed: 2, expected: [0.7910963296890259, 0.20890367031097412] },
  { file: 'liveness-tiny.onnx', side: 32, seed: 3, expected: [0.9564384818077087, 0.04356152564287186] },
];

describe('the converted nets', () => {
  it.each(recorded)('$file gives what TensorFlow.js gave, input $seed', async one => {
    const bytes = readFileSync(join(packageRoot(), 'models/porter-512', one.file));
    const found = await classesOf(bytes, one.side, one.seed);
    expect(found).toHaveLength(one.expected.length);
    for (const [i, value] of found.entries()) {
      expect(Math.abs(value - (one.expected[i] ?? Number.NaN))).toBeLessThan(1e-5);
    }
  });

  it('come with their licence', () => {
    const licence = readFileSync(join(packageRoot(), 'models/porter-512/LICENSE-human'), 'utf8');
    expect(licence).toMatch(/^MIT License/);
  });
});

describe('converting', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const graphOf = (op: string, attr = {}): TfjsGraph => ({
    modelTopology: {
      node: [
        { name: 'x', op: 'Placeholder' },
        { name: 'y', op, input: ['x', 'w', 'b'], attr },
      ],
    },
    weightsManifest: [
      {
        weights: [
          { name: 'w', shape: [3, 3, 3, 2], dtype: 'float32' },
          { name: 'b', shape: [2], dtype: 'float32' },
        ],
      },
    ],
  });
  const binary = new Uint8Array(56 * 4);
  const convert = (graph: TfjsGraph) =>
    convertTfjsGraph({ name: 'x', graph, binary, side_px: 8, outputs: 1 });

  it('refuses what it does not know rather than guess: an operator, a stride, a fused function', () => {
    const bias = { fused_ops: { list: { s: [base64('BiasAdd')] } }, padding: { s: base64('SAME') } };
    const strides = { strides: { list: { i: ['1', '2', '2', '1'] } } };
    expect(() => convert(graphOf('LRN'))).toThrow(/operator LRN/);
    expect(() => convert(graphOf('_FusedConv2D', { ...bias, ...strides }))).toThrow(/strides/);
    const elu = { fused_ops: { list: { s: [base64('BiasAdd'), base64('Elu')] } } };
    expect(() => convert(graphOf('_FusedConv2D', { ...elu }))).toThrow(/BiasAdd\+Elu/);
    expect(() => convert(graphOf('_FusedConv2D', bias))).not.toThrow();
  });

  it('refuses a weight file of another length', () => {
    expect(() => readTfjsWeights(graphOf('Relu'), new Uint8Array(60 * 4))).toThrow(/weights take/);
  });

  it('reads half floats: normal, subnormal, signed, not finite', () => {
    expect([0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7c00].map(fromHalf)).toEqual([
      1,
      -2,
      0.333251953125,
      2 ** -24,
      -0,
      Number.POSITIVE_INFINITY,
    ]);
    expect(fromHalf(0x7e00)).toBeNaN();
  });
});

const packageFolder = process.env.PORTER_HUMAN;

describe.skipIf(packageFolder === undefined)('the published package (folder in PORTER_HUMAN)', () => {
  const folder = packageFolder ?? '';

  it('gives the committed files byte for byte', () => {
    const target = mkdtempSync(join(tmpdir(), 'porter-convert-'));
    for (const { file, sha256 } of convertHumanLiveness(folder, target)) {
      expect(sha256Hex(readFileSync(join(packageRoot(), 'models/porter-512', file)))).toBe(sha256);
    }
    rmSync(target, { recursive: true });
  });

  it.each(originals)('$name and its conversion give the same numbers on TensorFlow.js', async original => {
    const require = createRequire(import.meta.url);
    const tf = require('@tensorflow/tfjs');
    await tf.setBackend('cpu');
    const { name, to, side_px } = original;
    const { modelTopology, format, signature, weightsManifest } = JSON.parse(
      readFileSync(join(folder, 'models', `${name}.json`), 'utf8'),
    );
    const weightData = new Uint8Array(readFileSync(join(folder, 'models', `${name}.bin`))).buffer;
    const model = await tf.loadGraphModel({
      load: async () => ({
        modelTopology,
        format,
        signature,
        weightSpecs: weightsManifest[0].weights,
        weightData,
      }),
    });
    const bytes = readFileSync(join(packageRoot(), 'models/porter-512', to));
    for (const seed of [1, 5, 6, 7]) {
      const input = tf.tensor4d(waves(side_px, seed), [1, side_px, side_px, 3]);
      const expected: number[] = Array.from(await model.execute(input).data());
      const found = await classesOf(bytes, side_px, seed);
      found.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-5);
      });
    }
  });
});
