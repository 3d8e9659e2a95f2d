/**
 * Simulates lunches until one goes wrong.
 *
 *   npm run simulate -- [--seed 123] [--from 1] [--seeds 100000] [--workers 2] [--keep-going]
 *
 * `--seed` runs a single one. A seed that fails is printed with what is wrong, and the exit code is 1.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCampus } from './campus.js';
import { counted, noLunches, type RunResult, runSeed } from './run.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100000' },
    workers: { type: 'string', default: '2' },
    'keep-going': { type: 'boolean', default: false },
  },
});
/** A process of its own for so many: what builds up in a process is given back. */
const share = 500;
const progress_ms = 5_000;

if (values.seed !== undefined) await runOne(Number(values.seed));
else if (process.send) await work(Number(values.from), Number(values.seeds));
else await runMany(Number(values.from), Number(values.seeds), Number(values.workers));

async function runOne(seed: number): Promise<void> {
  const campus = await createCampus();
  const result = await runSeed(campus, seed);
  campus.close();
  console.log(JSON.stringify(result, undefined, 2));
  process.exitCode = result.problems.length > 0 ? 1 : 0;
}

/** In a worker: tells each result. */
async function work(from: number, seeds: number): Promise<void> {
  const campus = await createCampus();
  for (let seed = from; seed < from + seeds; seed++) process.send?.(await runSeed(campus, seed));
  campus.close();
  process.disconnect?.();
}

async function runMany(from: number, seeds: number, workers: number): Promise<void> {
  const started_ms = performance.now();
  const total = { runs: 0, ...noLunches };
  const failed: RunResult[] = [];
  let next = from;
  let told_ms = started_ms;
  const tell = (): void => {
    const perSecond = (total.runs * 1_000) / (performance.now() - started_ms);
    console.log(`${total.runs}/${seeds} runs, ${perSecond.toFixed(1)}/s, ${JSON.stringify(total)}`);
  };
  const take = (result: RunResult): void => {
    total.runs++;
    for (const key of counted) total[key] += result[key];
    if (result.problems.length > 0) {
      failed.push(result);
      console.log(`seed ${result.seed} fails:\n  ${result.problems.slice(0, 10).join('\n  ')}`);
      console.log(`replay: npm run simulate -- --seed ${result.seed}`);
      if (!values['keep-going']) next = from + seeds;
    }
    if (performance.now() - told_ms < progress_ms) return;
    told_ms = performance.now();
    tell();
  };
  const runShares = async (): Promise<void> => {
    while (next < from + seeds) {
      const count = Math.min(share, from + seeds - next);
      const args = ['--from', String(next), '--seeds', String(count)];
      next += count;
      await runShare(args, take);
    }
  };
  await Promise.all(Array.from({ length: workers }, runShares));
  tell();
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function runShare(args: readonly string[], take: (result: RunResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), args, { execArgv: ['--import', 'tsx'] });
    child.on('message', message => take(message as RunResult));
    child.on('error', reject);
    child.on('exit', code => {
      if (code === 0) resolve();
      else reject(new Error(`a worker of ${args.join(' ')} ended with ${code}`));
    });
  });
}
