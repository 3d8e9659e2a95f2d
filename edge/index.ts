export { configErrors, type EdgeConfig, loadEdgeConfig } from './config.js';
export { edgeErrors, startEdge } from './main.js';
