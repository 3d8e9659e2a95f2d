import { type QuantisedProbe, quantiseProbe, quantiseRow } from './quantise.js';
import { createChunks, createRows, type Rows } from './rows.js';
import { createTopTwo, dotAt, type VectorIndex } from './vector-index.js';
import {
  blockRows,
  candidate,
  encodeScan,
  lanes,
  largestMemory_pages,
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
} from './wasm/index.js';

const page_bytes = 65_536;
/** Memory grows by at least this much; growing moves nothing. */
const growth_pages = 16;

/**
 * Exact search that reads a quarter of the memory: a pass over 8-bit rows bounds every score from both sides, and only rows that
 * could still belong to the two best persons get their 32-bit score. Undefined where WebAssembly has no vectors.
 */
export function createBoundedIndex(dimension: number): VectorIndex | undefined {
  const layout = scanLayout(dimension);
  const code = encodeScan(layout);
  if (!WebAssembly.validate(code)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 0, maximum: largestMemory_pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const { scan } = instance.exports as unknown as ScanExports;
  const bytes = createBytes(memory, layout);
  const vectors = createChunks(dimension);
  /** Never falls: a bound that is too wide stays a bound. */
  let longestRow = 0;

  const rows: Rows = createRows({
    write(row, owner, vector) {
      vectors.write(row, vector);
      longestRow = Math.max(longestRow, bytes.writeRow(row, owner, vector));
    },
    move(from, to) {
      vectors.move(from, to);
      bytes.moveRow(from, to);
    },
  });
  return {
    get persons() {
      return rows.persons;
    },
    get vectors() {
      return rows.count;
    },
    replace: rows.replace,
    search(probe) {
      const quantised = bytes.writeProbe(probe);
      const found = findCandidates({ layout, memory, scan, count: rows.count, quantised, longestRow });
      const top = createTopTwo();
      for (const { row, upper } of found) {
        if (upper < top.floor) continue;
        top.offer(rows.personAt(row), dotAt(vectors.chunkAt(row), vectors.offsetOf(row), probe));
      }
      return top.result();
    },
  };
}

type PackedProbe = QuantisedProbe & { readonly bias: number };

interface Found {
  readonly row: number;
  readonly upper: number;
}

/** The rows that could be of the two best persons. Two persons' lower bounds are below the second-best score, so none is missed. */
function findCandidates(options: {
  readonly layout: ScanLayout;
  readonly memory: WebAssembly.Memory;
  readonly scan: ScanExports['scan'];
  readonly count: number;
  readonly quantised: PackedProbe;
  readonly longestRow: number;
}): Found[] {
  const { layout, memory, scan, count, quantised, longestRow } = options;
  const { bias, scale, norm } = quantised;
  const slack = quantised.slack(longestRow);
  const view = new DataView(memory.buffer);
  let found: Found[] = [];
  for (let first = 0; first < count; first += blockRows) {
    const end = Math.ceil(Math.min(count, first + blockRows) / rowGroup);
    const at = (group: number): number => layout.rowsAt + group * layout.groupSize;
    const written = scan(at(first / rowGroup), at(end), bias, scale, norm, slack);
    const second = view.getFloat64(stateAt.second, true);
    found = found.filter(({ upper }) => upper >= second);
    for (let i = 0; i < written; i++) {
      const place = layout.candidatesAt + i * candidate.size;
      const upper = view.getFloat64(place + candidate.upper, true);
      if (upper < second) continue;
      const offset = view.getUint32(place + candidate.row, true) - layout.rowsAt;
      const group = Math.floor(offset / layout.groupSize);
      const row = group * rowGroup + (offset - group * layout.groupSize) / rowHeader.size;
      found.push({ row, upper });
    }
  }
  return found;
}

/** The scan's memory: probe, state, and rows as bytes with their headers. */
function createBytes(memory: WebAssembly.Memory, layout: ScanLayout) {
  const { padded, groupSize, probeAt, rowsAt } = layout;
  const q = new Int8Array(padded);
  const t = new Int16Array(padded);
  const groupAt = (row: number): number => rowsAt + Math.floor(row / rowGroup) * groupSize;
  const headerAt = (row: number): number => groupAt(row) + (row % rowGroup) * rowHeader.size;
  const reserve = (end: number): void => {
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.max(growth_pages, Math.ceil(missing / page_bytes)));
  };
  /** A place without a row never becomes a candidate. */
  const markEmpty = (row: number): void =>
    new DataView(memory.buffer).setFloat32(headerAt(row) + rowHeader.residual, Number.NaN, true);
  const piecesOf = (row: number): Int8Array[] =>
    Array.from({ length: padded / lanes }, (_, vector) => {
      return new Int8Array(memory.buffer, groupAt(row) + pieceOffset(vector, row % rowGroup), lanes);
    });
  reserve(rowsAt);
  return {
    /** Gives the row's length. */
    writeRow(row: number, owner: number, vector: Float32Array): number {
      if (row % rowGroup === 0) {
        reserve(groupAt(row) + groupSize);
        for (let i = 1; i < rowGroup; i++) markEmpty(row + i);
      }
      const { scale, residual, length } = quantiseRow(vector, q);
      packRow(q, piecesOf(row));
      const header = new DataView(memory.buffer, headerAt(row), rowHeader.size);
      header.setFloat32(rowHeader.scale, scale, true);
      header.setFloat32(rowHeader.residual, residual, true);
      header.setInt32(rowHeader.owner, owner, true);
      return length;
    },
    moveRow(from: number, to: number): void {
      const target = piecesOf(to);
      for (const [i, piece] of piecesOf(from).entries()) {
        target[i]?.set(piece);
        piece.fill(0);
      }
      new Uint8Array(memory.buffer).copyWithin(headerAt(to), headerAt(from), headerAt(from) + rowHeader.size);
      markEmpty(from);
    },
    writeProbe(probe: Float32Array): PackedProbe {
      const state = new DataView(memory.buffer);
      state.setFloat64(stateAt.best, Number.NEGATIVE_INFINITY, true);
      state.setFloat64(stateAt.second, Number.NEGATIVE_INFINITY, true);
      state.setInt32(stateAt.bestOwner, -1, true);
      const quantised = quantiseProbe(probe, t, largestProbeStep);
      return { ...quantised, bias: packProbe(t, new Int16Array(memory.buffer, probeAt, padded)) };
    },
  };
}
