export { overlap } from './boxes.js';
export { maxEncodedBytes, maxPixels } from './decode.js';
export { visionErrors } from './errors.js';
export { borderDoubt, lessDoubts, stillScore } from './liveness.js';
export type {
  AnalyseOptions,
  Box,
  EncodedImage,
  Face,
  ImageAnalysis,
  Liveness,
  Point,
  Quality,
  QualityGrade,
  QualityReason,
  StageTimes_ms,
  Vision,
} from './types.js';
export { createVision, defaultPack, maxWaiting, type VisionOptions } from './vision.js';
export { createVisionWorker, type VisionWorkerOptions } from './worker/client.js';
export { startWorker } from './worker/start.js';
