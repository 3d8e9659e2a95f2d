import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { renderEnrolmentPhoto } from '../fixtures/index.js';
import { npmPackageFolder } from '../models/index.js';

interface Tensor {
  dispose(): void;
}
interface Chain extends PromiseLike<readonly object[]> {
  withFaceLandmarks(): { withFaceDescriptors(): PromiseLike<readonly object[]> };
}
interface FaceApi {
  readonly tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    tensor3d(values: Uint8Array, shape: [number, number, number], type: 'int32'): Tensor;
  };
  readonly nets: Readonly<Record<string, { loadFromDisk(folder: string): Promise<void> }>>;
  readonly SsdMobilenetv1Options: new (options: object) => object;
  readonly TinyFaceDetectorOptions: new (options: object) => object;
  detectAllFaces(input: Tensor, options: object): Chain;
}

/** @vladmandic/face-api as its users run it in Node: its WebAssembly backend, through its own chain of calls. */
export async function loadFaceApi() {
  const folder = npmPackageFolder('@vladmandic/face-api');
  if (folder === undefined) throw new Error('@vladmandic/face-api is not installed');
  const faceApi = createRequire(import.meta.url)(join(folder, 'dist/face-api.node-wasm.js')) as FaceApi;
  await faceApi.tf.setBackend('wasm');
  await faceApi.tf.ready();
  for (const net of ['ssdMobilenetv1', 'tinyFaceDetector', 'faceLandmark68Net', 'faceRecognitionNet']) {
    await faceApi.nets[net]?.loadFromDisk(join(folder, 'model'));
  }
  const chain = async (jpeg: Uint8Array, options: object): Promise<number> => {
    const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const input = faceApi.tf.tensor3d(data, [info.height, info.width, 3], 'int32');
    const faces = await faceApi.detectAllFaces(input, options).withFaceLandmarks().withFaceDescriptors();
    input.dispose();
    return faces.length;
  };
  const ssdOptions = new faceApi.SsdMobilenetv1Options({ minConfidence: 0.5 });
  const tinyOptions = new faceApi.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.5 });
  return {
    /** SSD MobileNet, 68 landmarks, descriptor: JPEG in, number of faces out. */
    ssd: (jpeg: Uint8Array) => chain(jpeg, ssdOptions),
    /** The same with the tiny detector. */
    tiny: (jpeg: Uint8Array) => chain(jpeg, tinyOptions),
  };
}

/** A 1280 × 720 JPEG of one person of the demo's cast. */
export async function hdFrame(): Promise<Buffer> {
  return sharp(await renderEnrolmentPhoto('resident-2'))
    .resize(1280, 720, { fit: 'contain', background: { r: 90, g: 90, b: 90 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}
