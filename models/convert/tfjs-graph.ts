import { transposed, type Weight } from '../face-api-graphs/weights.js';
import { createGraphWriter, type GraphWriter } from '../onnx/builder.js';

/** The part of a TensorFlow.js graph model's JSON that conversion reads. */
export interface TfjsGraph {
  readonly modelTopology: { readonly node: readonly TfjsNode[] };
  readonly weightsManifest: readonly { readonly weights: readonly TfjsWeight[] }[];
}

interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfjsAttribute>>;
}

interface TfjsAttribute {
  readonly s?: string;
  readonly i?: string | number;
  readonly list?: { readonly s?: readonly string[]; readonly i?: readonly (string | number)[] };
}

interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string };
}

/** A value of the graph under construction: its ONNX name, and whether its channels stand before rows and columns. */
interface Value {
  readonly name: string;
  readonly planar: boolean;
}

/**
 * Rebuilds a small classifier (convolutions, pools, dense layers; one picture in, one vector out) as an ONNX graph that takes
 * planes (NCHW) and gives the values before the last sigmoid or softmax. Operators other than those of such nets are refused.
 */
export function convertTfjsGraph(options: {
  readonly name: string;
  readonly graph: TfjsGraph;
  readonly binary: Uint8Array;
  /** Side of the square input, px. */
  readonly side_px: number;
  /** Length of the output. */
  readonly outputs: number;
}): Uint8Array {
  const { name, graph, binary, side_px, outputs } = options;
  const weights = readTfjsWeights(graph, binary);
  const g = createGraphWriter(name, [1, 3, side_px, side_px]);
  const values = new Map<string, Value>();
  const computed = (key = ''): Value => {
    const value = values.get(key);
    if (value === undefined) throw new Error(`${key} is used before it is computed`);
    return value;
  };
  let last: Value | undefined;
  // A stored graph lists its nodes so that inputs come before their users, constants apart.
  for (const node of graph.modelTopology.node) {
    if (node.op === 'Const') continue;
    const value =
      node.op === 'Placeholder' ? { name: 'input', planar: true } : convert(g, node, weights, computed);
    values.set(node.name, value);
    last = value;
  }
  if (last === undefined) throw new Error('the graph is empty');
  return g.finish(last.name, [1, outputs]);
}

function convert(
  g: GraphWriter,
  node: TfjsNode,
  weights: ReadonlyMap<string, Weight>,
  computed: (key?: string) => Value,
): Value {
  const [first, second, third] = node.input ?? [];
  const x = computed(first);
  switch (node.op) {
    case '_FusedConv2D': {
      const filter = weightNamed(weights, second);
      const [height = 0, width = 0, , out = 0] = filter.shape;
      requireUnitStrides(node);
      const planes = transposed(filter, [3, 2, 0, 1]);
      const same = textOf(node, 'padding') === 'SAME';
      const pads = same
        ? [(height - 1) / 2, (width - 1) / 2, (height - 1) / 2, (width - 1) / 2]
        : [0, 0, 0, 0];
      const kernel = g.constant(planes.shape, planes.values);
      const bias = g.constant([out], weightNamed(weights, third).values);
      const sum = g.op('Conv', [x.name, kernel, bias], { kernel_shape: [height, width], pads });
      return { name: withRelu(g, node, sum), planar: true };
    }
    case 'MaxPool': {
      const [, rows = 0, columns = 0] = integersOf(node, 'ksize');
      const [, down = 0, across = 0] = integersOf(node, 'strides');
      if (textOf(node, 'padding') !== 'VALID') throw new Error(`${node.name}: its padding is not VALID`);
      const attributes = { kernel_shape: [rows, columns], strides: [down, across] };
      return { name: g.op('MaxPool', [x.name], attributes), planar: true };
    }
    case 'Relu':
      return { ...x, name: g.op('Relu', [x.name]) };
    case 'Mul':
    case 'Add':
    case 'AddV2': {
      const { values } = weightNamed(weights, second);
      const shape = x.planar ? [1, values.length, 1, 1] : [1, values.length];
      const type = node.op === 'Mul' ? 'Mul' : 'Add';
      return { ...x, name: g.op(type, [x.name, g.constant(shape, values)]) };
    }
    case 'Reshape': {
      // TensorFlow flattens rows, columns, channels, in this order.
      const rows = g.op('Transpose', [x.name], { perm: [0, 2, 3, 1] });
      return { name: g.op('Flatten', [rows], { axis: 1 }), planar: false };
    }
    case '_FusedMatMul': {
      const matrix = weightNamed(weights, second);
      const bias = weightNamed(weights, third).values;
      const product = g.op('MatMul', [x.name, g.constant(matrix.shape, matrix.values)]);
      const sum = g.op('Add', [product, g.constant([1, bias.length], bias)]);
      return { name: withRelu(g, node, sum), planar: false };
    }
    // The manifest says how the values are read.
    case 'Sigmoid':
    case 'Softmax':
    case 'Identity':
      return x;
    default:
      throw new Error(`${node.name}: the operator ${node.op} is not known here`);
  }
}

function withRelu(g: GraphWriter, node: TfjsNode, sum: string): string {
  const fused = (node.attr?.fused_ops?.list?.s ?? []).map(fromBase64).join('+');
  if (fused === 'BiasAdd') return sum;
  if (fused === 'BiasAdd+Relu') return g.op('Relu', [sum]);
  throw new Error(`${node.name}: fused ${fused}`);
}

function requireUnitStrides(node: TfjsNode): void {
  const all = [...integersOf(node, 'strides'), ...integersOf(node, 'dilations')];
  if (all.some(step => step !== 1)) throw new Error(`${node.name}: its strides are not 1`);
}

/** Reads a graph model's weights, float32 or kept as float16, in the manifest's order. */
export function readTfjsWeights(graph: TfjsGraph, binary: Uint8Array): ReadonlyMap<string, Weight> {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const weights = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of graph.weightsManifest.flatMap(one => one.weights)) {
    const count = shape.reduce((product, side) => product * side, 1);
    const kept = quantization?.dtype ?? dtype;
    const size = kept === 'float16' ? 2 : 4;
    if (!['float32', 'float16', 'int32'].includes(kept)) throw new Error(`${name} is kept as ${kept}`);
    const start = at;
    const values = Float32Array.from({ length: count }, (_, i) => {
      if (kept === 'float16') return fromHalf(view.getUint16(start + i * 2, true));
      return kept === 'int32' ? view.getInt32(start + i * 4, true) : view.getFloat32(start + i * 4, true);
    });
    at += count * size;
    weights.set(name, { shape, values });
  }
  if (at !== binary.length) throw new Error(`the weights take ${at} bytes, the file has ${binary.length}`);
  return weights;
}

/** IEEE 754 binary16. */
export function fromHalf(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function weightNamed(weights: ReadonlyMap<string, Weight>, name = ''): Weight {
  const weight = weights.get(name);
  if (weight === undefined) throw new Error(`there is no weight ${name}`);
  return weight;
}

function textOf(node: TfjsNode, attribute: string): string {
  return fromBase64(node.attr?.[attribute]?.s ?? '');
}

function integersOf(node: TfjsNode, attribute: string): number[] {
  return (node.attr?.[attribute]?.list?.i ?? []).map(Number);
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}
