/**
 * Exact search for the two best persons: what is shipped against a plain loop over Float32Array and against reading the
 * scanned bytes once, all in one run. `npx tsx bench/search.ts [--json]`
 */
import { createBoundedIndex } from '../edge/gallery/index.js';
import { createReader } from './memory-reader.js';

const dimension = 512;

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function unit(random: () => number): Float32Array {
  const vector = Float32Array.from(
    { length: dimension },
    () => random() + random() + random() + random() - 2,
  );
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map(value => value / length);
}

function plainLoop(rows: Float32Array, probe: Float32Array): number[] {
  let best = -1;
  let second = -1;
  let bestScore = Number.NEGATIVE_INFINITY;
  let secondScore = Number.NEGATIVE_INFINITY;
  const count = rows.length / dimension;
  for (let row = 0; row < count; row++) {
    let score = 0;
    const offset = row * dimension;
    for (let i = 0; i < dimension; i++) score += (rows[offset + i] as number) * (probe[i] as number);
    if (score > bestScore) {
      second = best;
      secondScore = bestScore;
      best = row;
      bestScore = score;
    } else if (score > secondScore) {
      second = row;
      secondScore = score;
    }
  }
  return [best, second];
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function measure(count: number, rounds: number) {
  const random = generator(count);
  const index = createBoundedIndex(dimension);
  if (!index) throw new Error('WebAssembly has no vectors here');
  const rows = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const vector = unit(random);
    rows.set(vector, row * dimension);
    index.replace(String(row).padStart(7, '0'), [vector]);
  }
  const bytesRead = count * (dimension + 16);
  const reader = createReader(bytesRead);
  const times = { plain: [] as number[], ours: [] as number[], read: [] as number[] };
  const timed = <T>(list: number[], work: () => T): T => {
    const start = performance.now();
    const result = work();
    list.push(performance.now() - start);
    return result;
  };
  for (let round = 0; round < rounds; round++) {
    const probe = unit(random);
    const expected = timed(times.plain, () => plainLoop(rows, probe));
    timed(times.read, () => reader.read());
    const { best, second } = timed(times.ours, () => index.search(probe));
    if (Number(best?.personId) !== expected[0] || Number(second?.personId) !== expected[1]) {
      throw new Error(`not the plain loop's answer in round ${round}`);
    }
  }
  const [plain_ms, ours_ms, read_ms] = [median(times.plain), median(times.ours), median(times.read)];
  return {
    dimension,
    count,
    plain_ms,
    read_ms,
    ours_ms,
    timesFasterThanPlain: plain_ms / ours_ms,
    timesOneRead: ours_ms / read_ms,
  };
}

const results = [measure(10_000, 60), measure(50_000, 40), measure(200_000, 20)];
if (process.argv.includes('--json')) console.log(JSON.stringify(results));
else {
  for (const { count, plain_ms, read_ms, ours_ms, timesFasterThanPlain, timesOneRead } of results) {
    const ms = (value: number): string => `${value.toFixed(2)} ms`;
    console.log(
      `${dimension} × ${count}: plain loop ${ms(plain_ms)}, one read of the bytes ${ms(read_ms)}, search ${ms(ours_ms)}` +
        ` = 1/${timesFasterThanPlain.toFixed(1)} of the plain loop, ${timesOneRead.toFixed(2)} × one read`,
    );
  }
}
