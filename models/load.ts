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
    /** Those that count, in the manifest's order; their scores make one. */
    readonly liveness?: readonly PackNet<LivenessSpec>[];
    readonly embedder: PackNet<EmbedderSpec>;
  };
}

type NetName = 'detector' | 'landmarks' | 'liveness' | 'embedder';
type NetSpec = DetectorSpec | LandmarksSpec | EmbedderSpec;

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
      ...(manifest.nets.liveness !== undefined && { liveness: resolveLiveness(id, options) }),
      embedder,
    },
  };
}

function resolveNet(id: string, name: Exclude<NetName, 'liveness'>, options: PackOptions): PackNet<NetSpec> {
  const { owner, folder, net } = follow(id, name, options);
  return packNet({ owner, folder, name, spec: net });
}

/** A single net, as packs had it first, is a fusion of one. */
function resolveLiveness(id: string, options: PackOptions): PackNet<LivenessSpec>[] {
  const { owner, folder, net } = follow(id, 'liveness', options);
  const members = 'nets' in net ? net.nets : [{ ...net, name: 'liveness', weight: 1 }];
  const counting = members.filter(member => member.weight > 0);
  if (counting.length === 0) {
    throw modelErrors.bad_manifest({
      pack: owner,
      field: '/nets/liveness',
      problem: 'no net has a weight above 0',
    });
  }
  return counting.map(spec => packNet({ owner, folder, name: spec.name, spec }));
}

type Given<Name extends NetName> = Exclude<
  NonNullable<PackManifest['nets'][Name]>,
  { readonly pack: string }
>;

/** Goes from pack to pack until one has the net itself. @throws bad_manifest */
function follow<Name extends NetName>(
  id: string,
  name: Name,
  options: PackOptions,
): { readonly owner: string; readonly folder: string; readonly net: Given<Name> } {
  let pack = id;
  for (let hop = 0; hop <= maxReferences; hop++) {
    const { manifest, folder } = loadPackManifest(pack, options);
    const net: PackManifest['nets'][Name] = manifest.nets[name];
    if (net === undefined) {
      throw modelErrors.bad_manifest({
        pack: id,
        field: `/nets/${name}`,
        problem: `pack "${pack}" has none`,
      });
    }
    if (!('pack' in net)) return { owner: pack, folder, net: net as Given<Name> };
    pack = net.pack;
  }
  throw modelErrors.bad_manifest({
    pack: id,
    field: `/nets/${name}`,
    problem: 'references go round in circles',
  });
}

function packNet<Spec extends { readonly weights: WeightsSpec }>(net: {
  readonly owner: string;
  readonly folder: string;
  readonly name: string;
  readonly spec: Spec;
}): PackNet<Spec> {
  const { owner, folder, name, spec } = net;
  const { weights } = spec;
  const files = () => readWeights(owner, folder, weights);
  return {
    name,
    spec,
    verify: () => void files(),
    bytes: () => {
      const contents = files();
      return 'graph' in weights ? buildGraph(owner, weights.graph, contents) : first(contents);
    },
  };
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
