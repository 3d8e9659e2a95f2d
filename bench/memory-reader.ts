import { encodeModule, op } from '../edge/gallery/wasm/index.js';

const page_bytes = 65_536;
const unroll = 8;

/** Reads `size_bytes` of memory from first to last with 16-byte loads, and does nothing else with them. */
export function createReader(size_bytes: number): { read(): number } {
  const step = 16 * unroll;
  const rounded = Math.ceil(size_bytes / step) * step;
  const memory = new WebAssembly.Memory({
    initial: Math.ceil(rounded / page_bytes),
    maximum: 65_536,
  });
  const all = new Uint8Array(memory.buffer);
  for (let i = 0; i < all.length; i += 64) all[i] = i;
  const { get, set, i32, v128 } = op;
  const code = encodeModule([
    {
      name: 'read',
      params: ['i32'],
      results: ['i32'],
      locals: ['i32', ...new Array<'v128'>(unroll).fill('v128')],
      body: [
        ...op.loop(
          ...Array.from({ length: unroll }, (_, i) => [
            ...get(2 + i),
            ...[...get(1), ...v128.load(16 * i), ...v128.or, ...set(2 + i)],
          ]),
          [...get(1), ...i32.constant(step), ...i32.add, ...op.tee(1)],
          [...get(0), ...i32.belowUnsigned, ...op.branchIf(0)],
        ),
        ...get(2),
        ...Array.from({ length: unroll - 1 }, (_, i) => [...get(3 + i), ...v128.or]).flat(),
        ...op.i32x4.lane(0),
      ],
    },
  ]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const read = exports.read as (end: number) => number;
  return { read: () => read(rounded) };
}
