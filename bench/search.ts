/**
 * Exact search for the two best persons: what is shipped against a plain loop over Float32Array and against reading the
 * scanned bytes once, all in one run. `npm run bench -- search [--json]`
 */
import { createBoundedIndex } from '../edge/gallery/index.js';
import { createReader } from './memory-reader.js';
import { generator, unitVector } from './random.js';
import { median, ms } from './timing.js';

const dimension = 512;

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

function measure(count: number, rounds: number) {
  const random = generator(count);
  const index = createBoundedIndex(dimension);
  if (!index) throw new Error('WebAssembly has no vectors here');
  const rows = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const vector = unitVector(random, dimension);
    rows.set(vector, row * dimension);
    index.replace(String(row).padStart(7, '0'), [vector]);
  }
  const bytesRead = count * (dimension + 16);
  const reader = createReader(bytesRead);
  const probes = Array.from({ length: rounds }, () => unitVector(random, dimension));
  const expected = probes.map(probe => plainLoop(rows, probe));
  const check = (round: number): void => {
    const { best, second } = index.search(probes[round] as Float32Array);
    if (
      Number(best?.personId) !== expected[round]?.[0] ||
      Number(second?.personId) !== expected[round]?.[1]
    ) {
      throw new Error(`not the plain loop's answer in round ${round}`);
    }
  };
  const plain = (round: number): unknown => plainLoop(rows, probes[round] as Float32Array);
  // Taken in turn, so that what else the machine does meets all alike. Warm: the last of several in a row.
  const warm = { plain: [] as number[], read: [] as number[], search: [] as number[] };
  const cold = { read: [] as number[], search: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    cold.read.push(time(() => reader.read()));
    warm.read.push(lastOfSeveral(() => reader.read()));
    warm.plain.push(time(() => plain(round)));
    // The plain loop has read other memory: nothing of the gallery is left in the caches.
    cold.search.push(time(() => check(round)));
    warm.search.push(lastOfSeveral(() => check(round)));
    plain(round);
  }
  return {
    ...{ dimension, count, plain_ms: median(warm.plain) },
    ...{ read_ms: median(warm.read), search_ms: median(warm.search) },
    ...{ coldRead_ms: median(cold.read), coldSearch_ms: median(cold.search) },
  };
}

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function lastOfSeveral(work: () => unknown): number {
  for (let i = 0; i < 7; i++) work();
  return time(work);
}

export async function run(args: readonly string[]): Promise<void> {
  const results = [measure(10_000, 60), measure(50_000, 30), measure(200_000, 12)];
  if (args.includes('--json')) {
    console.log(JSON.stringify(results));
    return;
  }
  for (const { count, plain_ms, read_ms, search_ms, coldRead_ms, coldSearch_ms } of results) {
    const compared = (search: number, read: number): string =>
      `${ms(search)} = 1/${(plain_ms / search).toFixed(1)} of the plain loop, ` +
      `${(search / read).toFixed(2)} × one read of its bytes (${ms(read)})`;
    console.log(`${dimension} × ${count}: plain loop ${ms(plain_ms)}`);
    console.log(`  search               ${compared(search_ms, read_ms)}`);
    console.log(`  with emptied caches  ${compared(coldSearch_ms, coldRead_ms)}`);
  }
}
