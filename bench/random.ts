/** Numbers in [0, 1) that are the same in every run. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** A direction without preference, as strangers' templates have, of length 1. */
export function unitVector(random: () => number, dimension: number): Float32Array {
  const vector = Float32Array.from(
    { length: dimension },
    () => random() + random() + random() + random() - 2,
  );
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map(value => value / length);
}
