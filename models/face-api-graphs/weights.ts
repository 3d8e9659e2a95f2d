/** One tensor of a TensorFlow.js weight file. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type WeightMap = ReadonlyMap<string, Weight>;

interface ManifestEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

/**
 * Reads the weights that @vladmandic/face-api ships: `*-weights_manifest.json` and its one `.bin`. A quantised weight is
 * scale·q + min, computed in doubles and rounded to float32 once, as TensorFlow.js does.
 */
export function readWeights(manifestJson: Uint8Array, binary: Uint8Array): WeightMap {
  const groups = JSON.parse(new TextDecoder().decode(manifestJson)) as { weights: ManifestEntry[] }[];
  const weights = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of groups.flatMap(group => group.weights)) {
    const count = shape.reduce((product, side) => product * side, 1);
    if (quantization === undefined && dtype === 'float32') {
      weights.set(name, { shape, values: floatsAt(binary, at, count) });
      at += count * 4;
    } else if (quantization?.dtype === 'uint8') {
      const { scale, min } = quantization;
      const values = Float32Array.from(binary.subarray(at, at + count), q => q * scale + min);
      weights.set(name, { shape, values });
      at += count;
    } else {
      throw new Error(`weight ${name} is stored as ${quantization?.dtype ?? dtype}`);
    }
  }
  if (at !== binary.length) throw new Error(`the weight file has ${binary.length} bytes, its manifest ${at}`);
  return weights;
}

export function weightOf(weights: WeightMap, name: string): Weight {
  const weight = weights.get(name);
  if (weight === undefined) throw new Error(`there is no weight ${name}`);
  return weight;
}

/** Reorders the axes of a tensor of four: `order[i]` is the old axis that becomes axis i. */
export function transposed(
  { shape, values }: Weight,
  order: readonly [number, number, number, number],
): Weight {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const [n0 = 1, n1 = 1, n2 = 1, n3 = 1] = order.map(axis => shape[axis]);
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = order.map(axis => strides[axis]);
  const out = new Float32Array(values.length);
  let o = 0;
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      for (let k = 0; k < n2; k++) {
        for (let l = 0; l < n3; l++) out[o++] = values[i * s0 + j * s1 + k * s2 + l * s3] as number;
      }
    }
  }
  return { shape: [n0, n1, n2, n3], values: out };
}

function floatsAt(binary: Uint8Array, at: number, count: number): Float32Array {
  // Copied: a float view needs an offset divisible by 4.
  return new Float32Array(new Uint8Array(binary.subarray(at, at + count * 4)).buffer);
}
