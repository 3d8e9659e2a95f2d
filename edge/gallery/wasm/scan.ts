import { op } from './instructions.js';
import { type Code, encodeModule, type WasmFunction } from './module.js';

/**
 * Where things are in the scan's memory, in bytes. Four rows are a group: first their headers, each scale (f32), length of
 * what quantising left out (f32; NaN: no row here), owner (i32), unused (i32); then 16 bytes of each row in turn, so that
 * memory is read strictly forwards.
 *
 * Two bytes of a row, an even one b and an odd one a, are read as one signed 16-bit number v = 256·a + b, with b stored as
 * b = q + 128 to be positive and a = q as it is. With t the probe's integers,
 *
 *   Σ v·t_even + Σ (v >> 8)·(t_odd − 256·t_even) = Σ b·t_even + Σ a·t_odd = Σ q·t + 128·Σ t_even,
 *
 * so the bytes need no widening, and `bias` = 128·Σ t_even is taken off once. What overflows 32 bits on the way wraps
 * around and comes back: the result itself is far below.
 */
export interface ScanLayout {
  /** The dimension, rounded up to whole vectors; the rest is zeros. */
  readonly padded: number;
  readonly groupSize: number;
  readonly probeAt: number;
  readonly candidatesAt: number;
  readonly rowsAt: number;
}

/** Lower bounds of the two best owners' scores (f64) and the best owner (i32). */
export const stateAt = { best: 0, second: 8, bestOwner: 16 } as const;
export const rowHeader = { scale: 0, residual: 4, owner: 8, size: 16 } as const;
/** Address of the row's header (i32) and upper bound of its score (f64). */
export const candidate = { row: 0, upper: 8, size: 16 } as const;
/** Bytes in a vector. */
export const lanes = 16;
/** Rows are looked at four at a time. */
export const rowGroup = 4;
/** At most so many rows in one call; each may become a candidate. */
export const blockRows = 16_384;

const line_bytes = 64;
const probeAt = line_bytes;

export function scanLayout(dimension: number): ScanLayout {
  const padded = Math.ceil(dimension / lanes) * lanes;
  const candidatesAt = probeAt + 2 * padded;
  const rowsAt = Math.ceil((candidatesAt + blockRows * candidate.size) / line_bytes) * line_bytes;
  return { padded, groupSize: rowGroup * (rowHeader.size + padded), probeAt, candidatesAt, rowsAt };
}

/** |t| up to this: t_odd − 256·t_even then fits 16 bits. */
export const largestProbeStep = 126;

/** Writes q into 16-byte pieces as the scan reads them. */
export function packRow(q: Int8Array, pieces: readonly Int8Array[]): void {
  for (const [i, piece] of pieces.entries()) {
    piece.set(q.subarray(i * lanes, (i + 1) * lanes));
    for (let even = 0; even < lanes; even += 2) piece[even] = (piece[even] as number) ^ 0x80;
  }
}

/** Writes t, of `padded` length, as the scan reads it: of each 16 numbers the even ones, then the odd ones. Gives `bias`. */
export function packProbe(t: Int16Array, target: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < t.length; i += 2) {
    const even = t[i] as number;
    const odd = t[i + 1] as number;
    const place = i - (i % lanes) + (i % lanes) / 2;
    target[place] = even;
    target[place + lanes / 2] = odd - 256 * even;
    sum += even;
  }
  return 128 * sum;
}

/** Where in a group the vector-th 16 bytes of row k are. */
export const pieceOffset = (vector: number, k: number): number =>
  rowGroup * rowHeader.size + lanes * (rowGroup * vector + k);

export interface ScanExports {
  /**
   * Looks at the rows from address `first` to `end` (whole groups). Writes those whose score may reach the second-best owner's lower
   * bound as candidates and raises the bounds in the state. `bias`: of packProbe; `scale`: of the probe; `norm`: its length;
   * `slack`: what is added to every bound. Gives the number of candidates.
   */
  scan(first: number, end: number, bias: number, scale: number, norm: number, slack: number): number;
}

const local = {
  ...{ row: 0, end: 1, bias: 2, scale: 3, norm: 4, slack: 5 },
  ...{ out: 6, best: 7, second: 8, bestOwner: 9, owner: 10, at: 11, probe: 12 },
  ...{ estimate: 13, error: 14, even: 15, odd: 16, pair: 17, sums: 18 },
};
const localTypes = [
  ...(['i32', 'f64', 'f64', 'i32', 'i32', 'i32', 'i32', 'f64', 'f64', 'v128', 'v128', 'v128'] as const),
  ...new Array<'v128'>(rowGroup).fill('v128'),
];

/** The module's bytes for one dimension, all offsets as constants. */
export function encodeScan(layout: ScanLayout): Uint8Array<ArrayBuffer> {
  const { get, set, i32, f64 } = op;
  const scan: WasmFunction = {
    name: 'scan',
    params: ['i32', 'i32', 'i32', 'f64', 'f64', 'f64'],
    results: ['i32'],
    locals: localTypes,
    body: [
      ...[...i32.constant(layout.candidatesAt), ...set(local.out)],
      ...loadState(),
      ...op.block(
        op.loop(
          [...get(local.row), ...get(local.end), ...i32.atLeastUnsigned, ...op.branchIf(1)],
          dotGroup(layout),
          ...Array.from({ length: rowGroup }, (_, k) => judge(k)),
          [...get(local.row), ...i32.constant(layout.groupSize), ...i32.add, ...set(local.row)],
          op.branch(0),
        ),
      ),
      ...[...i32.constant(0), ...get(local.best), ...f64.store(stateAt.best)],
      ...[...i32.constant(0), ...get(local.second), ...f64.store(stateAt.second)],
      ...[...i32.constant(0), ...get(local.bestOwner), ...i32.store(stateAt.bestOwner)],
      ...[...get(local.out), ...i32.constant(layout.candidatesAt), ...i32.subtract],
      ...[...i32.constant(Math.log2(candidate.size)), ...i32.shiftRightUnsigned],
    ],
  };
  return encodeModule([scan]);
}

const loadState = (): Code => [
  ...[...op.i32.constant(0), ...op.f64.load(stateAt.best), ...op.set(local.best)],
  ...[...op.i32.constant(0), ...op.f64.load(stateAt.second), ...op.set(local.second)],
  ...[...op.i32.constant(0), ...op.i32.load(stateAt.bestOwner), ...op.set(local.bestOwner)],
];

/** Integer dot products of the group's rows with the probe, as four partial sums each. */
function dotGroup({ padded, probeAt: probe }: ScanLayout): Code {
  const { get, set, i32, v128, i32x4 } = op;
  const unroll = [8, 4, 2].find(count => (padded / lanes) % count === 0) ?? 1;
  const step = (vector: number): Code => [
    ...[...get(local.probe), ...v128.load(probe + 32 * vector), ...set(local.even)],
    ...[...get(local.probe), ...v128.load(probe + 32 * vector + 16), ...set(local.odd)],
    ...Array.from({ length: rowGroup }, (_, k) => [
      ...[...get(local.at), ...v128.load(pieceOffset(vector, k)), ...op.tee(local.pair)],
      ...[...get(local.even), ...i32x4.dot16, ...get(local.sums + k), ...i32x4.add],
      ...[...get(local.pair), ...i32.constant(8), ...v128.shiftRight16],
      ...[...get(local.odd), ...i32x4.dot16, ...i32x4.add, ...set(local.sums + k)],
    ]).flat(),
  ];
  return [
    ...Array.from({ length: rowGroup }, (_, k) => [...v128.zero, ...set(local.sums + k)]).flat(),
    ...[...get(local.row), ...set(local.at), ...i32.constant(0), ...set(local.probe)],
    ...op.loop(
      ...Array.from({ length: unroll }, (_, vector) => step(vector)),
      [...get(local.at), ...i32.constant(rowGroup * lanes * unroll), ...i32.add, ...set(local.at)],
      [...get(local.probe), ...i32.constant(2 * lanes * unroll), ...i32.add, ...op.tee(local.probe)],
      [...i32.constant(2 * padded), ...i32.belowUnsigned, ...op.branchIf(0)],
    ),
  ];
}

/** Row k of the group: a candidate when its upper bound reaches the second-best owner's lower bound. NaN never does. */
function judge(k: number): Code {
  const { get, set, i32, f64, i32x4 } = op;
  const header = k * rowHeader.size;
  const lane = (index: number): Code => [...get(local.sums + k), ...i32x4.lane(index)];
  return [
    ...[...lane(0), ...lane(1), ...i32.add, ...lane(2), ...lane(3), ...i32.add, ...i32.add],
    ...[...get(local.bias), ...i32.subtract, ...f64.fromInt32],
    ...[...get(local.row), ...f64.load32(header + rowHeader.scale), ...f64.multiply],
    ...[...get(local.scale), ...f64.multiply, ...set(local.estimate)],
    ...[...get(local.row), ...f64.load32(header + rowHeader.residual), ...get(local.norm), ...f64.multiply],
    ...[...get(local.slack), ...f64.add, ...set(local.error)],
    ...[...get(local.estimate), ...get(local.error), ...f64.add, ...get(local.second), ...f64.atLeast],
    ...op.when(
      [...get(local.out), ...get(local.row), ...i32.constant(header), ...i32.add],
      i32.store(candidate.row),
      [...get(local.out), ...get(local.estimate), ...get(local.error), ...f64.add],
      f64.store(candidate.upper),
      [...get(local.out), ...i32.constant(candidate.size), ...i32.add, ...set(local.out)],
      [...get(local.estimate), ...get(local.error), ...f64.subtract, ...op.tee(local.estimate)],
      [...get(local.second), ...f64.greater],
      op.when([...get(local.row), ...i32.load(header + rowHeader.owner), ...set(local.owner)], raiseBounds()),
    ),
  ];
}

/** `estimate` is a lower bound of `owner`'s score above the second-best so far. */
function raiseBounds(): Code {
  const { get, set, i32, f64 } = op;
  const above = [...get(local.estimate), ...get(local.best), ...f64.greater];
  const toBest = [...get(local.estimate), ...set(local.best)];
  return [
    ...[...get(local.owner), ...get(local.bestOwner), ...i32.equal],
    ...op.when(
      [...above, ...op.when(toBest)],
      op.otherwise,
      above,
      op.when(
        [...get(local.best), ...set(local.second)],
        [...toBest, ...get(local.owner), ...set(local.bestOwner)],
        op.otherwise,
        [...get(local.estimate), ...set(local.second)],
      ),
    ),
  ];
}
