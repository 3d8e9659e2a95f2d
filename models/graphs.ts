import { modelErrors } from './errors.js';
import { faceRecognition, landmarks68, tinyFaceDetector } from './face-api-graphs/nets.js';
import { ssdMobilenetV1 } from './face-api-graphs/ssd.js';

/** Makes an ONNX file out of another library's weight files, whose contents come in the manifest's order. */
type GraphBuilder = (contents: readonly Uint8Array[]) => Uint8Array;

const builders: Readonly<Record<string, GraphBuilder>> = {
  'face-api.tiny-face-detector': tinyFaceDetector,
  'face-api.ssd-mobilenet-v1': ssdMobilenetV1,
  'face-api.landmarks-68': landmarks68,
  'face-api.recognition': faceRecognition,
};

/** @throws bad_model when no builder has that name, or it cannot use these files */
export function buildGraph(pack: string, name: string, contents: readonly Uint8Array[]): Uint8Array {
  const build = Object.hasOwn(builders, name) ? builders[name] : undefined;
  if (build === undefined) {
    throw modelErrors.bad_model({ pack, net: name, problem: 'no such graph builder' });
  }
  try {
    return build(contents);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw modelErrors.bad_model({ pack, net: name, problem }, { cause });
  }
}
