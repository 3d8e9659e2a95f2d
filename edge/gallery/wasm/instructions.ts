import { type Code, signed, unsigned } from './module.js';

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** Alignment is a hint; 0 promises nothing. */
const memory = (offset: number): number[] => [0, ...unsigned(offset)];
const float64 = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)];
const none = 0x40;

/** Stack-machine instructions; an operand comes before its instruction. */
export const op = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  tee: (local: number): Code => [0x22, ...unsigned(local)],
  /** Runs `body`; `branch(0)` inside goes to its start. */
  loop: (...body: Code[]): Code => [0x03, none, ...body.flat(), 0x0b],
  /** Runs `body`; `branch(0)` inside goes past its end. */
  block: (...body: Code[]): Code => [0x02, none, ...body.flat(), 0x0b],
  when: (...body: Code[]): Code => [0x04, none, ...body.flat(), 0x0b],
  otherwise: [0x05] as Code,
  branch: (depth: number): Code => [0x0c, ...unsigned(depth)],
  branchIf: (depth: number): Code => [0x0d, ...unsigned(depth)],
  i32: {
    constant: (value: number): Code => [0x41, ...signed(value)],
    load: (offset: number): Code => [0x28, ...memory(offset)],
    store: (offset: number): Code => [0x36, ...memory(offset)],
    add: [0x6a] as Code,
    subtract: [0x6b] as Code,
    equal: [0x46] as Code,
    belowUnsigned: [0x49] as Code,
    atLeastUnsigned: [0x4f] as Code,
    shiftRightUnsigned: [0x76] as Code,
  },
  f64: {
    constant: (value: number): Code => [0x44, ...float64(value)],
    load: (offset: number): Code => [0x2b, ...memory(offset)],
    /** Loads a 32-bit float. */
    load32: (offset: number): Code => [0x2a, ...memory(offset), 0xbb],
    store: (offset: number): Code => [0x39, ...memory(offset)],
    fromInt32: [0xb7] as Code,
    add: [0xa0] as Code,
    subtract: [0xa1] as Code,
    multiply: [0xa2] as Code,
    greater: [0x64] as Code,
    atLeast: [0x66] as Code,
  },
  v128: {
    load: (offset: number): Code => [...simd(0), ...memory(offset)],
    zero: [...simd(12), ...new Array<number>(16).fill(0)] as Code,
    or: simd(80) as Code,
    /** Shifts 16-bit lanes, keeping their signs. */
    shiftRight16: simd(140) as Code,
  },
  i32x4: {
    lane: (lane: number): Code => [...simd(27), lane],
    add: simd(174) as Code,
    /** Products of 16-bit lanes, added in pairs. */
    dot16: simd(186) as Code,
  },
};
