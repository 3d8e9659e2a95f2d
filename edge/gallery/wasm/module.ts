/** Just enough of the WebAssembly binary format to write a module of functions over an imported memory. */

export type Code = readonly number[];

/** Value types of the binary format. */
export const types = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

export interface WasmFunction {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Numbered after the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Unsigned LEB128; `value` below 2^32. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const name = (text: string): number[] => [...unsigned(text.length), ...new TextEncoder().encode(text)];
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];
const typesOf = (list: readonly ValueType[]): Code[] => list.map(type => [types[type]]);

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const functionType = 0x60;
const memoryKind = 0x02;
const functionKind = 0x00;
const end = 0x0b;
/** Pages of 64 KiB: 4 GiB, all that 32-bit addresses reach. */
export const largestMemory_pages = 65_536;

/** A module that imports `env.memory` and exports its functions by name. */
export function encodeModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const limits = [0x01, ...unsigned(0), ...unsigned(largestMemory_pages)];
  const signatures = functions.map(({ params, results }) => [
    functionType,
    ...vector(typesOf(params)),
    ...vector(typesOf(results)),
  ]);
  const bodies = functions.map(({ locals, body }) => {
    const declared = vector(locals.map(type => [1, types[type]]));
    const content = [...declared, ...body, end];
    return [...unsigned(content.length), ...content];
  });
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, vector(signatures)),
    ...section(2, vector([[...name('env'), ...name('memory'), memoryKind, ...limits]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map((item, i) => [...name(item.name), functionKind, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ]);
}
