import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { envelopeIsIntact, newId, zeroHash } from '../../protocol/index.js';
import { createGallery } from '../gallery/index.js';
import { openStore } from './index.js';

const root = mkdtempSync(join(tmpdir(), 'porter-crash-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const openAt = (folder: string) =>
  openStore({
    folder,
    clock: { now_ms: () => Date.parse('2026-09-01T04:00:00Z'), monotonic_ms: () => 1 },
    newId,
    bootId: newId(),
    clockTrusted: () => true,
    gallery: createGallery({ packId: 'pack', dimension: 4 }),
  });

/** A process that appends as fast as it can and tells each sequence once it is on disk. */
const writer = `
import { openStore } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))};
import { createGallery } from ${JSON.stringify(fileURLToPath(new URL('../gallery/index.ts', import.meta.url)))};
import { newId } from ${JSON.stringify(fileURLToPath(new URL('../../protocol/index.ts', import.meta.url)))};
import { writeSync } from 'node:fs';
const store = openStore({ folder: process.argv[2], clock: { now_ms: Date.now, monotonic_ms: () => 1 }, newId, bootId: newId(), clockTrusted: () => true, gallery: createGallery({ packId: 'pack', dimension: 4 }) });
for (;;) writeSync(1, store.append({ kind: 'erasure', personId: newId(), revision: 1 }).sequence + '\\n');
`;

test('killed in the middle of writing, again and again, it loses nothing that it said was written', async () => {
  const folder = join(root, 'kill');
  const script = join(root, 'writer.mts');
  writeFileSync(script, writer);
  let told = 0;
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { cwd: process.cwd() });
    let output = '';
    await new Promise<void>(resolve => {
      child.stdout.on('data', chunk => {
        output += chunk;
        if (output.split('\n').length > 40) child.kill('SIGKILL');
      });
      child.once('exit', () => resolve());
    });
    told = Math.max(told, ...output.split('\n').slice(0, -1).map(Number));
    const store = openAt(folder);
    expect(store.outbox.lastSequence()).toBeGreaterThanOrEqual(told);
    store.close();
  }
  expect(told).toBeGreaterThan(100);
  const store = openAt(folder);
  let previous = zeroHash;
  let sequence = 0;
  for (let events = store.outbox.next(200); events.length > 0; events = store.outbox.next(200)) {
    for (const event of events) {
      expect(event.sequence).toBe(++sequence);
      expect(event.previousHash).toBe(previous);
      expect(envelopeIsIntact(event)).toBe(true);
      previous = event.hash;
    }
    store.outbox.settle(
      events.map(({ id, sequence: number }) => ({ id, sequence: number, outcome: 'stored' })),
    );
  }
  expect(sequence).toBeGreaterThanOrEqual(told);
  store.close();
}, 60_000);

const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

describe.skipIf(!canMount)('on a full disk (needs root to mount a small one)', () => {
  test('writing is refused with disk_full, nothing is half written, and it goes on once there is room', () => {
    const mount = join(root, 'small');
    mkdirSync(mount);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'none', mount]).status).toBe(0);
    try {
      const store = openAt(join(mount, 'data'));
      expect(store.writable()).toBe(true);
      const append = () => store.append({ kind: 'erasure', personId: newId(), revision: 1 });
      let written = 0;
      expect(() => {
        for (;;) {
          append();
          written++;
        }
      }).toThrow(expect.objectContaining({ code: 'disk_full' }));
      expect(store.writable()).toBe(false);
      expect(store.outbox.lastSequence()).toBe(written);
      expect(store.outbox.depth()).toBe(written);
      spawnSync('mount', ['-o', 'remount,size=4m', mount]);
      expect(store.writable()).toBe(true);
      expect(append().sequence).toBe(written + 1);
      store.close();
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});
