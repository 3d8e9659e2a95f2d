/**
 * How long a till needs to have a meal on its disk, by the real store: the time between the button and "paid".
 *
 *   npm run bench -- till [--meals 2000] [--folder <on the disk to be measured>]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../edge/store/index.js';
import { newId } from '../protocol/index.js';

const evidence = {
  ...{ packId: 'bench', score: 1, margin: 1, threshold: 0, quality: 1 },
  ...{ galleryRevision: 0, galleryPersons: 0, frames: 1 },
};

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { meals: { type: 'string', default: '2000' }, folder: { type: 'string', default: tmpdir() } },
  });
  mkdirSync(values.folder, { recursive: true });
  const folder = mkdtempSync(join(values.folder, 'porter-bench-till-'));
  const store = openStore({
    ...{ folder, newId, bootId: newId(), clockTrusted: () => true },
    clock: { now_ms: Date.now, monotonic_ms: () => performance.now() },
    gallery: { upsert: () => {}, remove: () => {}, setRevision: () => {} },
  });
  const [tillId, personId] = [newId(), newId()];
  const times_ms: number[] = [];
  for (let i = 0; i < Number(values.meals); i++) {
    const order = { orderId: newId(), amount_minor: 1_250, currency: 'CNY' };
    const at = new Date().toISOString();
    for (const state of ['open', 'holding', 'held'] as const)
      store.putOrder({ ...order, state, createdAt: at, updatedAt: at });
    const started_ms = performance.now();
    const rest = { tillId, personId, confirmedAt: at, mode: 'online', evidence } as const;
    store.confirmOrder(order.orderId, { kind: 'meal', ...order, ...rest });
    times_ms.push(performance.now() - started_ms);
  }
  store.close();
  rmSync(folder, { recursive: true });
  const sorted = times_ms.sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  console.log(
    `till: a meal is on disk after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms (${sorted.length} meals, in ${values.folder})`,
  );
}
