import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/schema.js';

/** Below this a weight cannot reach a float32 sum of ordinary activations, but a denormal slows a CPU tenfold. */
const negligible = 1e-20;

const float32 = 1;

/** Sets every float weight with |w| < 1e-20 to zero. */
export function zeroNegligibleWeights(model: OnnxModel): { model: OnnxModel; zeroed: number } {
  let zeroed = 0;
  const initializer = model.graph.initializer.map(tensor => {
    if (tensor.dataType !== float32) return tensor;
    const values = floatsOf(tensor);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (value !== 0 && Math.abs(value) < negligible) {
        values[i] = 0;
        zeroed++;
      }
    }
    return tensorOf(tensor.name ?? '', tensor.dims, values);
  });
  return { model: { ...model, graph: { ...model.graph, initializer } }, zeroed };
}

/**
 * Writes PRelu(x) as (1 − a)·Relu(x) + a·x, which ONNX Runtime fuses and runs about twice as fast as its PRelu kernel.
 * Equal in real numbers; in float32 the last bit of a positive x may differ.
 */
export function rewritePRelu(model: OnnxModel): OnnxModel {
  const weights = new Map(model.graph.initializer.map(tensor => [tensor.name ?? '', tensor]));
  const added: OnnxTensor[] = [];
  const node = model.graph.node.flatMap((original): readonly OnnxNode[] => {
    if (original.opType !== 'PRelu') return [original];
    const [x = '', slopeName = ''] = original.input;
    const [y = ''] = original.output;
    const slope = weights.get(slopeName);
    if (slope === undefined) throw new Error(`the slope of ${y} is not a constant`);
    const complement = `${slopeName}.complement`;
    added.push(
      tensorOf(
        complement,
        slope.dims,
        floatsOf(slope).map(a => 1 - a),
      ),
    );
    return [
      operation('Relu', [x], `${y}.relu`),
      operation('Mul', [`${y}.relu`, complement], `${y}.positive`),
      operation('Mul', [x, slopeName], `${y}.linear`),
      operation('Add', [`${y}.positive`, `${y}.linear`], y),
    ];
  });
  return { ...model, graph: { ...model.graph, node, initializer: [...model.graph.initializer, ...added] } };
}

/** ONNX Runtime warns about each constant that no node reads. */
export function dropUnusedWeights(model: OnnxModel): OnnxModel {
  const read = new Set(model.graph.node.flatMap(node => node.input));
  const initializer = model.graph.initializer.filter(tensor => read.has(tensor.name ?? ''));
  return { ...model, graph: { ...model.graph, initializer } };
}

function operation(opType: string, input: readonly string[], output: string): OnnxNode {
  return { opType, input, output: [output] };
}

/** A copy of a float tensor's values. */
export function floatsOf(tensor: OnnxTensor): Float32Array {
  if (tensor.rawData !== undefined && tensor.rawData.length > 0) {
    const copy = new Uint8Array(tensor.rawData);
    return new Float32Array(copy.buffer, copy.byteOffset, copy.length / 4);
  }
  return Float32Array.from(tensor.floatData ?? []);
}

export function tensorOf(name: string, dims: readonly number[], values: Float32Array): OnnxTensor {
  return {
    name,
    dims,
    dataType: float32,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}
