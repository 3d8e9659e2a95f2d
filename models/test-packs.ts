/** Packs made on the spot, for tests: a folder with a manifest and ONNX files of a few nodes. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraphWriter } from './onnx/builder.js';

const calibration = {
  fmr: [
    { score: 0.3, fmr: 0.01 },
    { score: 0.5, fmr: 0.00001 },
  ],
  margin: 0.05,
  source: 'made up for a test',
};

const arcfaceTemplate = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

export interface TestPacks {
  readonly directory: string;
  /** Writes `<directory>/<id>/manifest.json`; `change` may spoil it. */
  add(id: string, files: Readonly<Record<string, Uint8Array>>, manifest: object): void;
  remove(): void;
}

export function createTestPacks(): TestPacks {
  const directory = mkdtempSync(join(tmpdir(), 'porter-packs-'));
  return {
    directory,
    add(id, files, manifest) {
      mkdirSync(join(directory, id), { recursive: true });
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, id, name), bytes);
      writeFileSync(join(directory, id, 'manifest.json'), JSON.stringify({ id, ...manifest }));
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** What an owner of an ArcFace export would write: an embedder of one's own, the other nets by reference. */
export function arcfaceManifest(embedder: Uint8Array, changes: object = {}): object {
  return {
    engine: 'onnx',
    licence: 'bought',
    source: 'a test',
    nets: {
      detector: { pack: 'porter-512' },
      landmarks: { pack: 'porter-512' },
      embedder: {
        weights: { file: 'embedder.onnx', sha256: sha256(embedder) },
        input: {
          width: 112,
          height: 112,
          channels: 'rgb',
          layout: 'nchw',
          type: 'float32',
          mean: [127.5],
          std: [127.5],
        },
        alignment: { kind: 'five-point', template: arcfaceTemplate },
        dimension: 16,
        ...changes,
      },
    },
    calibration,
  };
}

/** 112×112 → 16 numbers by averaging and one matrix. `factor` NaN makes every output NaN. */
export function tinyEmbedder(factor = 1): Uint8Array {
  const g = createGraphWriter('tiny', [1, 3, 112, 112]);
  const pooled = g.op('AveragePool', ['input'], { kernel_shape: [28, 28], strides: [28, 28] });
  const flat = g.op('Flatten', [pooled], { axis: 1 });
  const matrix = Float32Array.from({ length: 48 * 16 }, (_, i) => Math.sin(i) * factor);
  return g.finish(g.op('MatMul', [flat, g.constant([48, 16], matrix)]), [1, 16]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
