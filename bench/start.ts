import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGallery } from '../edge/gallery/index.js';
import { openStore } from '../edge/store/index.js';
import { gateSettings } from '../edge/testing/store.js';
import { contentHash, encodeVector, type GalleryPerson, galleryDigest, newId } from '../protocol/index.js';
import { hdFrame } from './face-api.js';
import { generator, unitVector } from './random.js';
import { median, ms } from './timing.js';

const people = 10_000;
const dimension = 512;
const rounds = 5;

/** From the start of a process to its first decision: the store unsealed, the nets loaded, one picture searched. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'porter-bench-'));
  try {
    fill(folder);
    writeFileSync(join(folder, 'frame.jpg'), await hdFrame());
    const results: { total_ms: number; rss_mib: number }[] = [];
    for (let round = 0; round < rounds; round++) results.push(await once(folder));
    const total_ms = median(results.map(result => result.total_ms));
    const rss_mib = median(results.map(result => result.rss_mib));
    console.log(
      `${people} templates on disk: first decision ${ms(total_ms)} after the process was started, ${rss_mib.toFixed(0)} MiB`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fill(folder: string): void {
  const random = generator(3);
  const gallery = createGallery({ packId: 'porter-512', dimension });
  const clock = { now_ms: Date.now, monotonic_ms: () => performance.now() };
  const store = openStore({ folder, clock, newId, bootId: newId(), clockTrusted: () => true, gallery });
  const all = Array.from(
    { length: people },
    (): GalleryPerson => ({
      personId: newId(),
      studentNumber: '20260001',
      displayName: 'Somebody',
      status: 'active',
      templates: [
        {
          templateId: newId(),
          packId: 'porter-512',
          vector: encodeVector(unitVector(random, dimension)),
          quality: 1,
        },
      ],
    }),
  );
  store.applyPage({
    purpose: 'door',
    epoch: newId(),
    changes: all.map((person, i) => ({
      kind: 'upsert',
      revision: i + 1,
      contentHash: contentHash(person),
      person,
    })),
    revision: people,
    more: false,
    digest: galleryDigest(all.map(one => ({ personId: one.personId, contentHash: contentHash(one) }))),
    settings: gateSettings,
    settingsHash: contentHash(gateSettings),
    serverTime: new Date().toISOString(),
  });
  store.close();
}

function once(folder: string): Promise<{ total_ms: number; rss_mib: number }> {
  const started_ms = performance.now();
  const child = fork(fileURLToPath(new URL('./start-child.js', import.meta.url)), [folder]);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`the child ended with ${code} before it decided`)));
    child.once('message', message => {
      const total_ms = performance.now() - started_ms;
      resolve({ total_ms, rss_mib: (message as { rss_mib: number }).rss_mib });
      child.kill();
    });
  });
}
