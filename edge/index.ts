export { configErrors, type EdgeConfig, loadEdgeConfig } from './config.js';
export { edgeErrors } from './errors.js';
export { type RunningEdge, startEdge } from './main.js';
export { startOver } from './start-over.js';
