import { type ChildProcess, fork, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../central/db/index.js';
import { sealTransfers, verifyLedger } from '../../central/ledger/index.js';
import type { Confirmed } from '../simulation/auditor.js';
import { compareBooks } from '../simulation/books.js';
import { type Campus, createCampus } from '../simulation/campus.js';
import { createRandom } from '../simulation/random.js';
import { centralPoints, tillPoints } from './failpoint.js';

const rounds = Number(process.env.PORTER_KILL_ROUNDS ?? 20);
const random = createRandom(Number(process.env.PORTER_KILL_SEED ?? 1));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const withTsx = ['--import', 'tsx'];
/** A point that is not passed by then is not passed in this round: nobody was declined, nothing was released. */
const patience_ms = 4_000;

let folder: string;
let campus: Campus;
let port = 0;
let central: ChildProcess;
const confirmed = new Map<string, Confirmed>();
const lines: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'porter-kill-'));
  campus = await createCampus();
  const [till] = campus.tills;
  mkdirSync(join(folder, 'till'));
  writeFileSync(join(folder, 'central.sqlite'), campus.centralImage);
  writeFileSync(join(folder, 'till', 'edge.db'), till!.image);
  writeFileSync(join(folder, 'till', 'key.pem'), till!.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  copyFileSync(join(campus.keyFolder, 'gallery.key'), join(folder, 'till', 'gallery.key'));
  await startCentral();
}, 60_000);
afterAll(() => {
  central.kill('SIGKILL');
  campus.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startCentral(): Promise<void> {
  central = fork(here('central-process.ts'), [join(folder, 'central.sqlite'), String(port)], {
    execArgv: withTsx,
  });
  port = await new Promise<number>((resolve, reject) => {
    central.once('message', message => resolve((message as { port: number }).port));
    central.once('exit', code => reject(new Error(`central ended with ${code}`)));
  });
}

/** Runs a till until it is killed, or kills it; gives the point it died at, if it did. */
async function runTill(task: 'serve' | 'drain', killAt?: string): Promise<void> {
  const [till] = campus.tills;
  const [diner] = campus.people;
  const child = spawn(
    process.execPath,
    [
      ...[...withTsx, here('till-process.ts'), join(folder, 'till'), `http://127.0.0.1:${port}`],
      ...[till!.deviceId, diner!.id, diner!.shownName, task],
    ],
    {
      env: { ...process.env, ...(killAt && { PORTER_TEST_KILL_AT: killAt }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let problem = '';
  let timer: NodeJS.Timeout | undefined;
  const centralEnds = (): void => void setTimeout(() => child.kill('SIGKILL'), random.int(0, 600));
  if (task === 'serve' && !killAt) central.once('exit', centralEnds);
  child.stderr.on('data', chunk => {
    problem += chunk;
  });
  child.stdout.on('data', chunk => {
    output += chunk;
    if (task === 'serve') timer ??= setTimeout(() => child.kill('SIGKILL'), patience_ms);
  });
  const signal = await new Promise(resolve => child.once('close', (_, by) => resolve(by)));
  clearTimeout(timer);
  central.off('exit', centralEnds);
  if (signal !== 'SIGKILL' && task === 'serve') throw new Error(`the till ended by itself: ${problem}`);
  for (const line of output.split('\n').slice(0, -1)) note(line);
}

/** Writes down what the till's screen showed and what was pressed. */
function note(line: string): void {
  lines.push(line);
  const said = JSON.parse(line) as { kind: string; orderId: string; amount_minor: number; mode: 'online' };
  const { kind, orderId, amount_minor, mode } = said;
  const [diner] = campus.people;
  const { id: personId, shownName: displayName } = diner!;
  const tillId = campus.tills[0]!.tillId;
  if (kind === 'confirmed') {
    expect(confirmed.has(orderId)).toBe(false);
    const shown = { orderId, amount_minor, displayName, personId, tillId };
    confirmed.set(orderId, { ...shown, outcome: 'unknown', at_ms: 0 });
  }
  const order = confirmed.get(orderId);
  if (kind === 'paid') expect(order).toBeDefined();
  if (kind === 'paid' && order) Object.assign(order, { outcome: 'paid', mode });
  if (kind === 'refused' && order) order.outcome = 'refused';
}

test(
  `killed ${rounds} times at named points, till and central lose no meal and charge none twice`,
  async () => {
    let centralKills = 0;
    for (let round = 0; round < rounds; round++) {
      if (central.exitCode !== null || central.signalCode !== null) await startCentral();
      if (random.chance(0.3)) {
        const gone = new Promise(resolve => central.once('exit', resolve));
        central.send({ name: random.pick(centralPoints), nth: random.int(20, 150) });
        await runTill('serve');
        if (central.signalCode === null && central.exitCode === null) continue;
        await gone;
        centralKills++;
      } else {
        await runTill('serve', `${random.pick(tillPoints)}:${random.int(1, 6)}`);
      }
    }
    if (central.exitCode !== null || central.signalCode !== null) await startCentral();
    await runTill('drain');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ kind: 'drained', unfinished: 0 });
    central.kill('SIGKILL');
    const file = join(folder, 'central.sqlite');
    const db = openDatabase({ file });
    while ((await sealTransfers(db)) > 0);
    expect((await verifyLedger(db)).problem).toBeUndefined();
    await db.destroy();
    const raw = new Database(file, { readonly: true });
    const witnessed = {
      ...{ confirmed, shifts: [] },
      given: new Map(),
      refunds: new Map(),
      givenBack: new Map(),
    };
    expect(compareBooks(raw, witnessed, campus)).toEqual([]);
    raw.close();
    const orders = [...confirmed.values()];
    const unseen = orders.filter(order => order.outcome === 'unknown').length;
    console.log(
      `${rounds} rounds, ${centralKills} of them killed central: ${orders.length} meals confirmed, ${unseen} of them with an end that no screen showed`,
    );
    expect(orders.length).toBeGreaterThan(rounds);
  },
  60_000 + rounds * 15_000,
);
