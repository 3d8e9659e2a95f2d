import {
  encodeModel,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './schema.js';

const float32 = 1;
const int64 = 7;
const irVersion = 8;
const opset = 17;

type Attributes = Readonly<Record<string, number | readonly number[] | string>>;

/** Writes one ONNX graph node by node. Values are named by the builder. */
export interface GraphWriter {
  /** A float constant. */
  constant(dims: readonly number[], values: Float32Array): string;
  /** An int64 constant of one dimension. */
  integers(values: readonly number[]): string;
  /** Adds an operator and gives its first output. Whole numbers become int attributes; put floats in `floats`. */
  op(
    type: string,
    inputs: readonly string[],
    attributes?: Attributes,
    floats?: Readonly<Record<string, number>>,
  ): string;
  /** The file, with the named value as output `output` of the given shape. */
  finish(value: string, outputShape: readonly number[]): Uint8Array;
}

/** Starts a graph with one float32 input called `input`. */
export function createGraphWriter(name: string, inputShape: readonly number[]): GraphWriter {
  const node: OnnxNode[] = [];
  const initializer: OnnxTensor[] = [];
  let counter = 0;
  const next = (prefix: string) => `${prefix}${counter++}`;

  function op(
    opType: string,
    input: readonly string[],
    attributes: Attributes = {},
    floats: Readonly<Record<string, number>> = {},
  ): string {
    const output = next('v');
    const attribute = [
      ...Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
      ...Object.entries(floats).map(([key, f]): OnnxAttribute => ({ name: key, type: 1, f })),
    ];
    node.push({ opType, input, output: [output], attribute });
    return output;
  }

  return {
    op,
    constant(dims, values) {
      const constantName = next('w');
      const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      initializer.push({ name: constantName, dims, dataType: float32, rawData });
      return constantName;
    },
    integers(values) {
      const constantName = next('i');
      initializer.push({ name: constantName, dims: [values.length], dataType: int64, int64Data: values });
      return constantName;
    },
    finish(value, outputShape) {
      node.push({ opType: 'Identity', input: [value], output: ['output'] });
      return encodeModel({
        irVersion,
        producerName: 'porter',
        opsetImport: [{ version: opset }],
        graph: {
          name,
          node,
          initializer,
          input: [valueInfo('input', inputShape)],
          output: [valueInfo('output', outputShape)],
        },
      });
    },
  };
}

function attributeOf(name: string, value: number | readonly number[] | string): OnnxAttribute {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  return { name, type: 7, ints: value };
}

function valueInfo(name: string, shape: readonly number[]): OnnxValueInfo {
  const dim = shape.map(dimValue => ({ dimValue }));
  return { name, type: { tensorType: { elemType: float32, shape: { dim } } } };
}
