export { op } from './instructions.js';
export { encodeModule, largestMemory_pages, type WasmFunction } from './module.js';
export {
  blockRows,
  candidate,
  encodeScan,
  lanes,
  pieceOffset,
  rowGroup,
  rowHeader,
  type ScanExports,
  type ScanLayout,
  scanLayout,
  stateAt,
} from './scan.js';
