export { readManifest, writeCalibration } from './calibrate.js';
export { detPlot, detPoints } from './det-plot.js';
export { type DetectReport, evaluateDetection } from './detect.js';
export { evalErrors } from './errors.js';
export { evaluateLiveness, type LivenessReport } from './liveness.js';
export { type RecogniseReport, type RecogniseResult, recognise } from './recognise.js';
export { type SimulationOptions, simulateAttacks } from './simulate-attacks.js';
