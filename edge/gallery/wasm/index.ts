export { op } from './instructions.js';
export { encodeModule, largestMemory_pages, type WasmFunction } from './module.js';
export {
  blockRows,
  candidate,
  encodeScan,
  lanes,
  largestProbeStep,
  packProbe,
  packRow,
  pieceOffset,
  rowGroup,
  rowHeader,
  type ScanExports,
  type ScanLayout,
  scanLayout,
  stateAt,
} from './scan.js';
