import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createCampus } from '../simulation/campus.js';

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
const till = fileURLToPath(new URL('till-process.ts', import.meta.url));

describe.skipIf(!canTrace)('by the system calls of a till (needs strace)', () => {
  test('the meal is synced to the disk before the screen says that it is paid', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'porter-fsync-'));
    const campus = await createCampus();
    const log = await trace(campus, folder);
    const { paid, early } = check(log);
    campus.close();
    rmSync(folder, { recursive: true });
    expect(paid).toBe(5);
    expect(early).toEqual([]);
  }, 60_000);
});

/** Runs a till of its own, offline, with somebody who watches its screen; gives its system calls. */
async function trace(campus: Awaited<ReturnType<typeof createCampus>>, folder: string): Promise<string[]> {
  const [device] = campus.tills;
  const [diner] = campus.people;
  writeFileSync(join(folder, 'edge.db'), device!.image);
  writeFileSync(join(folder, 'key.pem'), device!.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  copyFileSync(join(campus.keyFolder, 'gallery.key'), join(folder, 'gallery.key'));
  const calls = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg';
  const child = spawn(
    'strace',
    [
      ...['-f', '-y', '-s', '9000', '-e', calls, '-o', join(folder, 'calls')],
      ...[process.execPath, '--import', 'tsx', till, folder, 'http://127.0.0.1:9'],
      ...[device!.deviceId, diner!.id, diner!.shownName, 'screen'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise(resolve => child.once('close', resolve));
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
    const address = /"address":"([^"]+)"/.exec(output)?.[1];
    if (!address) return;
    output = '';
    void fetch(`${address}/api/state`)
      .then(response => response.text())
      .catch(() => {});
  });
  await ended;
  return readFileSync(join(folder, 'calls'), 'utf8').split('\n');
}

/** Follows the calls in order: what was written to the file, what was synced, and what went out to the screen. */
function check(calls: readonly string[]): { paid: number; early: string[] } {
  const written = new Set<string>();
  const synced = new Set<string>();
  const early = new Set<string>();
  const paid = new Set<string>();
  for (const call of calls) {
    const isOnFile = call.includes('/edge.db');
    if (isOnFile && call.includes('pwrite64(')) {
      for (const [, id] of call.matchAll(/meal\\",\\"orderId\\":\\"([0-9a-f-]{36})/g)) written.add(id ?? '');
    } else if (isOnFile && /(fsync|fdatasync)\(.*\) = 0$/.test(call)) {
      for (const id of written) synced.add(id);
      written.clear();
    } else if (/(write|writev|sendto|sendmsg)\(\d+<(TCP|socket)/.test(call)) {
      for (const [, id] of call.matchAll(/\\"name\\":\\"paid\\".*?\\"orderId\\":\\"([0-9a-f-]{36})/g)) {
        paid.add(id ?? '');
        if (!synced.has(id ?? '')) early.add(id ?? '');
      }
    }
  }
  return { paid: paid.size, early: [...early] };
}
