import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNet, packageRoot } from '../index.js';
import { createGraphWriter } from '../onnx/builder.js';
import { decodeModel, encodeModel } from '../onnx/schema.js';
import { convertPackage } from './porter-512.js';
import { rewritePRelu, zeroNegligibleWeights } from './repair.js';

const shape = [1, 8, 16, 16];
const input = Float32Array.from({ length: 8 * 16 * 16 }, (_, i) => Math.sin(i * 0.37) * 3);

/** A convolution with some denormal weights and a PRelu, as in the published files. */
function sample(): Uint8Array {
  const g = createGraphWriter('sample', shape);
  const filters = Float32Array.from({ length: 8 * 8 * 9 }, (_, i) => (i % 5 === 0 ? 1e-39 : Math.cos(i)));
  const bias = new Float32Array(8).fill(0.1);
  const x = g.op('Conv', ['input', g.constant([8, 8, 3, 3], filters), g.constant([8], bias)], {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
  });
  const slope = Float32Array.from({ length: 8 }, (_, i) => i / 10 - 0.2);
  return g.finish(g.op('PRelu', [x, g.constant([8, 1, 1], slope)]), shape);
}

async function outputOf(bytes: Uint8Array, data = input, dims = shape): Promise<Float32Array> {
  const net = await createNet({ pack: 'test', name: 'test', bytes });
  const values = Object.values(await net.run(data, dims))[0] ?? new Float32Array();
  await net.release();
  return values;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

describe('repairing a model', () => {
  it('negligible weights set to zero leave the output the same to the bit', async () => {
    const { model, zeroed } = zeroNegligibleWeights(decodeModel(sample()));
    expect(zeroed).toBe(Math.ceil((8 * 8 * 9) / 5));
    expect(await outputOf(encodeModel(model))).toEqual(await outputOf(sample()));
  });

  it('PRelu as Relu and a linear part differs in the last bits only', async () => {
    const rewritten = rewritePRelu(decodeModel(sample()));
    expect(rewritten.graph.node.some(node => node.opType === 'PRelu')).toBe(false);
    expect(largestDifference(await outputOf(encodeModel(rewritten)), await outputOf(sample()))).toBeLessThan(
      1e-5,
    );
  });
});

const packageFolder = process.env.PORTER_FACEPLUGIN;

describe.skipIf(packageFolder === undefined)('the published package (folder in PORTER_FACEPLUGIN)', () => {
  const folder = packageFolder ?? '';

  it('gives the committed files byte for byte', () => {
    const target = mkdtempSync(join(tmpdir(), 'porter-convert-'));
    for (const { file } of convertPackage(folder, target)) {
      const committed = readFileSync(join(packageRoot(), 'models/porter-512', file));
      expect(readFileSync(join(target, file)).equals(committed)).toBe(true);
    }
    rmSync(target, { recursive: true });
  });

  it.each([
    { from: 'fr_detect.onnx', to: 'detector.onnx', dims: [1, 3, 240, 320], tolerance: 0 },
    { from: 'fr_landmark.onnx', to: 'landmarks.onnx', dims: [1, 1, 64, 64], tolerance: 0 },
    { from: 'fr_feature.onnx', to: 'embedder.onnx', dims: [1, 3, 112, 112], tolerance: 1e-6 },
    { from: 'fr_liveness.onnx', to: 'liveness.onnx', dims: [1, 3, 128, 128], tolerance: 2e-6 },
  ])('$from and its repaired copy give the same numbers', async ({ from, to, dims, tolerance }) => {
    const count = dims.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.11) * Math.cos(i * 0.0071));
    const original = await outputOf(readFileSync(join(folder, 'model', from)), data, dims);
    const repaired = await outputOf(readFileSync(join(packageRoot(), 'models/porter-512', to)), data, dims);
    expect(largestDifference(repaired, original)).toBeLessThanOrEqual(tolerance);
  });
});
