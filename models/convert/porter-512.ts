/**
 * Makes the files of models/porter-512/ from the npm package faceplugin-face-recognition-js 0.0.1:
 *
 *   npm pack faceplugin-face-recognition-js@0.0.1 && tar xzf faceplugin-face-recognition-js-0.0.1.tgz
 *   npx tsx models/convert/porter-512.ts package
 *
 * Only the files are wanted: as a dependency the package would bring 600 others. The output is the same byte for byte
 * on every run.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decodeModel, encodeModel } from '../onnx/schema.js';
import { dropUnusedWeights, rewritePRelu, zeroNegligibleWeights } from './repair.js';

/** What the published package holds; another file is another model, and its measurements would not be ours. */
export const originals = [
  {
    from: 'fr_detect.onnx',
    to: 'detector.onnx',
    sha256: '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854',
  },
  {
    from: 'fr_landmark.onnx',
    to: 'landmarks.onnx',
    sha256: 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258',
  },
  {
    from: 'fr_liveness.onnx',
    to: 'liveness.onnx',
    sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d',
  },
  {
    from: 'fr_feature.onnx',
    to: 'embedder.onnx',
    sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
  },
] as const;

/** The repaired file for one of the package's. */
export function repair(bytes: Uint8Array): Uint8Array {
  const { model } = zeroNegligibleWeights(decodeModel(bytes));
  return encodeModel(dropUnusedWeights(rewritePRelu(model)));
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Returns name and SHA-256 of each file written. Throws when a file of the package is not the expected one. */
export function convertPackage(
  packageFolder: string,
  targetFolder: string,
): { file: string; sha256: string }[] {
  mkdirSync(targetFolder, { recursive: true });
  copyFileSync(join(packageFolder, 'LICENSE'), join(targetFolder, 'LICENSE'));
  return originals.map(({ from, to, sha256 }) => {
    const bytes = readFileSync(join(packageFolder, 'model', from));
    const found = sha256Hex(bytes);
    if (found !== sha256) throw new Error(`${from}: SHA-256 is ${found}, expected ${sha256}`);
    const repaired = repair(bytes);
    writeFileSync(join(targetFolder, to), repaired);
    return { file: to, sha256: sha256Hex(repaired) };
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const packageFolder = process.argv[2];
  if (packageFolder === undefined) {
    console.error('usage: npx tsx models/convert/porter-512.ts <unpacked package> [target folder]');
    process.exit(2);
  }
  const target = process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'porter-512');
  for (const { file, sha256 } of convertPackage(packageFolder, target)) console.log(`${sha256}  ${file}`);
}
