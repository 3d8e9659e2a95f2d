/**
 * Makes the files liveness-texture.onnx and liveness-tiny.onnx of models/porter-512/ from the npm package @vladmandic/human 3.3.6:
 *
 *   npm pack @vladmandic/human@3.3.6 && tar xzf vladmandic-human-3.3.6.tgz
 *   npx tsx models/convert/human-liveness.ts package
 *
 * Only two of its small nets are wanted, so it is no dependency. The output is the same byte for byte on every run.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sha256Hex } from './porter-512.js';
import { convertTfjsGraph, type TfjsGraph } from './tfjs-graph.js';

/** What the published package holds; another file is another model, and its measurements would not be ours. */
export const originals = [
  {
    name: 'antispoof',
    to: 'liveness-texture.onnx',
    side_px: 128,
    outputs: 1,
    json: '7fd698ae1cebabbcad79d3b8b448587b0365eb7911987418231bdcf36583112a',
    bin: '4490fecb2becdb6869edc7e60f5e59962be013a8def8719b1373afb0f905c094',
  },
  {
    name: 'liveness',
    to: 'liveness-tiny.onnx',
    side_px: 32,
    outputs: 2,
    json: '9e51c8acf83b80abbf329b2735309ab5c90611c66905ade8b1bd130d473df9c8',
    bin: 'fc6a6b6b3b9721bdb8bff67a457a15b7cbfd81715cfb27f3e65b757e81dd663e',
  },
] as const;

/** Returns name and SHA-256 of each file written. Throws when a file of the package is not the expected one. */
export function convertHumanLiveness(
  packageFolder: string,
  targetFolder: string,
): { file: string; sha256: string }[] {
  mkdirSync(targetFolder, { recursive: true });
  copyFileSync(join(packageFolder, 'LICENSE'), join(targetFolder, 'LICENSE-human'));
  const read = (file: string, expected: string): Buffer => {
    const bytes = readFileSync(join(packageFolder, 'models', file));
    const found = sha256Hex(bytes);
    if (found !== expected) throw new Error(`${file}: SHA-256 is ${found}, expected ${expected}`);
    return bytes;
  };
  return originals.map(({ name, to, side_px, outputs, json, bin }) => {
    const graph = JSON.parse(read(`${name}.json`, json).toString('utf8')) as TfjsGraph;
    const binary = read(`${name}.bin`, bin);
    const onnx = convertTfjsGraph({ name, graph, binary, side_px, outputs });
    writeFileSync(join(targetFolder, to), onnx);
    return { file: to, sha256: sha256Hex(onnx) };
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const packageFolder = process.argv[2];
  if (packageFolder === undefined) {
    console.error('usage: npx tsx models/convert/human-liveness.ts <unpacked package> [target folder]');
    process.exit(2);
  }
  const target = process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'porter-512');
  for (const { file, sha256 } of convertHumanLiveness(packageFolder, target))
    console.log(`${sha256}  ${file}`);
}
