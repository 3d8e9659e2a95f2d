export { fpirAt, thresholdFor } from './calibration.js';
export { fitImpostorTail, leastImpostorScores, scoreAtShare } from './calibration-fit.js';
export { modelErrors } from './errors.js';
export {
  loadPack,
  loadPackManifest,
  type Pack,
  type PackDescription,
  type PackNet,
  type PackOptions,
} from './load.js';
export type {
  CropSpec,
  DetectorSpec,
  EmbedderSpec,
  LandmarksSpec,
  LivenessSpec,
  NetInput,
  PackManifest,
} from './manifest.js';
export { parseManifest } from './manifest.js';
export { createNet, type Net } from './onnx/runtime.js';
export { npmPackageFolder, packageRoot, packDirectories } from './paths.js';
export type { Calibration } from './types.js';
