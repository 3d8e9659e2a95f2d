import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { modelErrors } from './errors.js';
import { buildGraph } from './graphs.js';
import {
  type DetectorSpec,
  type EmbedderSpec,
  type LandmarksSpec,
  type LivenessSpec,
  type PackManifest,
  parseManifest,
  type WeightsSpec,
} from './manifest.js';
import { npmPackageFolder, packDirectories } from './paths.js';
import type { Calibration } from './types.js';

export interface PackOptions {
  /** Searched before PORTER_MODELS and the packs that come with the project. */
  readonly directories?: readonly string[];
}

/** A manifest with its folder, nets still by reference. Nothing but the JSON has been read. */
export interface PackDescription {
  readonly manifest: PackManifest;
  readonly folder: string;
}

/** A net with the means to get its bytes, whichever pack it came from. */
export interface PackNet<Spec> {
  readonly name: string;
  readonly spec: Spec;
  /** The ONNX file, its SHA-256 checked. @throws missing_model_file, model_hash_mismatch */
  bytes(): Uint8Array;
  /** Checks the files without building anything from them. @throws as `bytes` */
  verify(): void;
}

/** A pack whose references are resolved. */
export interface Pack {
  readonly id: string;
  readonly engine: PackManifest['engine'];
  readonly licence: string;
  readonly source: string;
  readonly dimension: number;
  readonly calibration: Calibration;
  readonly nets: {
    readonly detector: PackNet<DetectorSpec>;
    readonly landmarks: PackNet<LandmarksSpec>;
    readonly liveness?: PackNet<LivenessSpec>;
    readonly embedder: PackNet<EmbedderSpec>;
  };
}

type NetName = 'detector' | 'landmarks' | 'liveness' | 'embedder';
type NetSpec = DetectorSpec | LandmarksSpec | LivenessSpec | EmbedderSpec;

const maxManifestBytes = 1_000_000;
/** A pack may refer to a pack that refers to a pack; more is a loop or a mistake. */
const maxReferences = 4;

/** Reads one manifest. @throws unknown_pack, bad_manifest */
export function loadPackManifest(id: string, options: PackOptions = {}): PackDescription {
  const directories = packDirectories(options.directories);
  const safe = /^[a-z0-9][a-z0-9._-]{0,63}$/.test(id);
  const folder = safe
    ? directories.map(directory => join(directory, id)).find(path => existsSync(join(path, 'manifest.json')))
    : undefined;
  if (folder === undefined) throw modelErrors.unknown_pack({ pack: id, directories });
  const text = readFileSync(join(folder, 'manifest.json'), 'utf8');
  if (text.length > maxManifestBytes) {
    throw modelErrors.bad_manifest({ pack: id, field: '/', problem: 'larger than 1 MB' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw modelErrors.bad_manifest({ pack: id, field: '/', problem: 'not JSON' }, { cause });
  }
  return { manifest: parseManifest(id, value), folder };
}

/**
 * Finds a pack and resolves its nets. Files are read when a net's `bytes()` is called.
 * @throws unknown_pack, bad_manifest
 */
export function loadPack(id: string, options: PackOptions = {}): Pack {
  const { manifest } = loadPackManifest(id, options);
  const embedder = resolveNet(id, 'embedder', options) as PackNet<EmbedderSpec>;
  return {
    id: manifest.id,
    engine: manifest.engine,
    licence: manifest.licence,
    source: manifest.source,
    dimension: embedder.spec.dimension,
    calibration: manifest.calibration,
    nets: {
      detector: resolveNet(id, 'detector', options) as PackNet<DetectorSpec>,
      landmarks: resolveNet(id, 'landmarks', options) as PackNet<LandmarksSpec>,
      ...(manifest.nets.liveness !== undefined && {
        liveness: resolveNet(id, 'liveness', options) as PackNet<LivenessSpec>,
      }),
      embedder,
    },
  };
}

function resolveNet(id: string, name: NetName, options: PackOptions): PackNet<NetSpec> {
  let pack = id;
  for (let hop = 0; hop <= maxReferences; hop++) {
    const { manifest, folder } = loadPackManifest(pack, options);
    const net = manifest.nets[name];
    if (net === undefined) {
      throw modelErrors.bad_manifest({
        pack: id,
        field: `/nets/${name}`,
        problem: `pack "${pack}" has none`,
      });
    }
    if ('weights' in net) {
      const owner = pack;
      const files = () => readWeights(owner, folder, net.weights);
      return {
        name,
        spec: net,
        verify: () => void files(),
        bytes: () => {
          const contents = files();
          return 'graph' in net.weights ? buildGraph(owner, net.weights.graph, contents) : first(contents);
        },
      };
    }
    pack = net.pack;
  }
  throw modelErrors.bad_manifest({
    pack: id,
    field: `/nets/${name}`,
    problem: 'references go round in circles',
  });
}

function readWeights(pack: string, folder: string, weights: WeightsSpec): Uint8Array[] {
  if ('file' in weights) return [readChecked(pack, folder, weights.file, weights.sha256)];
  const packageFolder = npmPackageFolder(weights.package);
  if (packageFolder === undefined) {
    throw modelErrors.missing_model_file({ pack, file: `npm package ${weights.package}` });
  }
  return weights.files.map(({ file, sha256 }) => readChecked(pack, packageFolder, file, sha256));
}

function readChecked(pack: string, folder: string, file: string, expected: string): Uint8Array {
  const path = join(folder, file);
  if (!existsSync(path)) throw modelErrors.missing_model_file({ pack, file });
  if (!realpathSync(path).startsWith(realpathSync(folder) + sep)) {
    throw modelErrors.missing_model_file({ pack, file: `${file} (outside the pack's folder)` });
  }
  const bytes = readFileSync(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected) throw modelErrors.model_hash_mismatch({ pack, file, found, expected });
  return bytes;
}

function first(contents: readonly Uint8Array[]): Uint8Array {
  const [bytes] = contents;
  if (bytes === undefined) throw new Error('weights without a file');
  return bytes;
}
