import { createRequire } from 'node:module';
import { join } from 'node:path';
import { modelErrors, npmPackageFolder, type Pack } from '../models/index.js';
import { certaintyOf } from './boxes.js';
import type { Engine, FoundFace } from './engine.js';
import type { RgbImage } from './image.js';
import type { Box, Point } from './types.js';

/** The part of TensorFlow.js and face-api used here; the library's own types need the DOM's. */
interface Tensor {
  dispose(): void;
}
interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Landmarks {
  readonly positions: readonly Point[];
  shiftBy(x: number, y: number): Landmarks;
  align(detection: null, options: { useDlibAlignment: boolean }): Rect;
}
interface Net {
  loadFromDisk(folder: string): Promise<void>;
}
type Nets = 'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net' | 'faceRecognitionNet';
interface FaceApi {
  readonly tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    getBackend(): string;
    tensor3d(values: Uint8Array, shape: [number, number, number], type: 'int32'): Tensor;
    reverse(tensor: Tensor, axis: number): Tensor;
  };
  readonly nets: Readonly<Record<Nets, Net>>;
  readonly SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
  readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
  readonly FaceDetection: new (
    score: number,
    relativeBox: Rect,
    size: { width: number; height: number },
  ) => object;
  detectAllFaces(input: Tensor, options: object): PromiseLike<{ score: number; box: Rect }[]>;
  extractFaceTensors(image: Tensor, regions: readonly object[]): Promise<Tensor[]>;
  detectFaceLandmarks(input: Tensor): Promise<Landmarks>;
  computeFaceDescriptor(input: Tensor): Promise<Float32Array>;
}

const require = createRequire(import.meta.url);
const backends = [
  { name: 'tensorflow', build: 'dist/face-api.node.js' },
  { name: 'wasm', build: 'dist/face-api.node-wasm.js' },
] as const;

/** face-api on tfjs-node when that is installed and works, else on the WebAssembly backend. */
async function loadFaceApi(): Promise<FaceApi> {
  const folder = npmPackageFolder('@vladmandic/face-api');
  const problems: string[] = [];
  for (const { name, build } of folder === undefined ? [] : backends) {
    try {
      const faceApi = require(join(folder ?? '', build)) as FaceApi;
      if (!(await faceApi.tf.setBackend(name))) throw new Error(`backend ${name} does not start`);
      await faceApi.tf.ready();
      return faceApi;
    } catch (error) {
      problems.push(
        `${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
      );
    }
  }
  const problem = folder === undefined ? '@vladmandic/face-api is not installed' : problems.join('; ');
  throw modelErrors.engine_unavailable({ engine: 'tfjs', problem });
}

/**
 * Runs @vladmandic/face-api itself behind the pipeline's interface. Several times slower than the same nets in ONNX Runtime; for
 * machines that have no binary of it, and as the reference in tests.
 * @throws engine_unavailable, missing_model_file, model_hash_mismatch, bad_model
 */
export async function createTfjsEngine(pack: Pack): Promise<Engine> {
  const { input, decoder } = pack.nets.detector.spec;
  if (decoder.kind === 'ultraface' || pack.nets.embedder.spec.alignment.kind !== 'face-api') {
    const problem = 'the tfjs engine runs the nets of face-api only';
    throw modelErrors.bad_model({ pack: pack.id, net: 'detector', problem });
  }
  for (const net of [pack.nets.detector, pack.nets.landmarks, pack.nets.embedder]) net.verify();
  const faceApi = await loadFaceApi();
  const models = join(npmPackageFolder('@vladmandic/face-api') ?? '', 'model');
  const { ssdMobilenetv1, tinyFaceDetector, faceLandmark68Net, faceRecognitionNet } = faceApi.nets;
  const detector = decoder.kind === 'ssd' ? ssdMobilenetv1 : tinyFaceDetector;
  for (const net of [detector, faceLandmark68Net, faceRecognitionNet]) await net.loadFromDisk(models);
  const options =
    decoder.kind === 'ssd'
      ? new faceApi.SsdMobilenetv1Options({ minConfidence: decoder.minScore })
      : new faceApi.TinyFaceDetectorOptions({ inputSize: input.width, scoreThreshold: decoder.minScore });
  const pixels = createPixelCache(faceApi);
  /** The library's own object for the points that were given out: its alignment needs more than the points. */
  const originals = new WeakMap<readonly Point[], Landmarks>();

  return {
    async detect(image) {
      const found = await faceApi.detectAllFaces(pixels.of(image), options);
      return found.map(({ score, box }) => ({
        score,
        certainty: certaintyOf(score, decoder),
        box: { x: box.x, y: box.y, width: box.width, height: box.height },
      }));
    },
    async landmarks(image, box) {
      const detection = new faceApi.FaceDetection(1, relative(box, image), image);
      const face = await cutOut(faceApi, pixels.of(image), detection, pack.id);
      const unshifted = await faceApi.detectFaceLandmarks(face);
      face.dispose();
      const landmarks = unshifted.shiftBy(box.x, box.y);
      const points = landmarks.positions.map(({ x, y }) => ({ x, y }));
      originals.set(points, landmarks);
      return points;
    },
    align({ image, landmarks }: FoundFace) {
      const original = originals.get(landmarks);
      if (original === undefined) throw new Error('these landmarks came from elsewhere');
      const rect = original.align(null, { useDlibAlignment: true });
      const describe = async (turned: boolean) => {
        const face = await cutOut(faceApi, pixels.of(image), rect, pack.id);
        const input = turned ? faceApi.tf.reverse(face, 1) : face;
        const descriptor = await faceApi.computeFaceDescriptor(input);
        input.dispose();
        if (turned) face.dispose();
        return descriptor;
      };
      return { embed: () => describe(false), embedMirrored: () => describe(true) };
    },
    async close() {
      pixels.dispose();
    },
  };
}

async function cutOut(faceApi: FaceApi, image: Tensor, region: object, pack: string): Promise<Tensor> {
  const [face] = await faceApi.extractFaceTensors(image, [region]);
  if (face === undefined) {
    throw modelErrors.bad_model({ pack, net: 'landmarks', problem: 'a face lies outside the picture' });
  }
  return face;
}

/** The tensor of the frame at hand: made once, however many faces are cut out of it. */
function createPixelCache(faceApi: FaceApi) {
  let current: { readonly image: RgbImage; readonly tensor: Tensor } | undefined;
  return {
    of(image: RgbImage): Tensor {
      if (current?.image !== image) {
        current?.tensor.dispose();
        const tensor = faceApi.tf.tensor3d(image.data, [image.height, image.width, 3], 'int32');
        current = { image, tensor };
      }
      return current.tensor;
    },
    dispose() {
      current?.tensor.dispose();
      current = undefined;
    },
  };
}

function relative(box: Box, { width, height }: { readonly width: number; readonly height: number }): Rect {
  return { x: box.x / width, y: box.y / height, width: box.width / width, height: box.height / height };
}
