import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { demoCampus } from '../../fixtures/index.js';
import { logIn } from '../api.js';
import { type Child, createChild } from './children.js';
import { requireFreePort } from './ports.js';
import { type Logins, pairingCodes, seedCampus, writePhotos } from './seed.js';

export interface DemoOptions {
  /** A real camera instead of rendered people, for both devices. */
  readonly camera?: string;
  readonly dataDirectory: string;
  readonly fresh: boolean;
  readonly ports: { readonly central: number; readonly gate: number; readonly till: number };
}

interface Campus {
  readonly central: Child;
  readonly gate: Child;
  readonly till: Child;
}

const help = `Type a command and press Enter:
  stop central | start central    the gate and the till work on; entries arrive once central is back
  stop gate | start gate | stop till | start till
  status                          which processes run
  quit                            stop everything (Ctrl-C does it too)`;

/** Starts the three processes, sets the campus up on the first run, prints where everything is, and serves until told to stop. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const started = performance.now();
  const folder = resolve(options.dataDirectory);
  if (options.fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await requireFreePort(options.ports.central, '--port');
  await requireFreePort(options.ports.gate, '--gate-port');
  await requireFreePort(options.ports.till, '--till-port');

  const logins = readOrMakeLogins(folder);
  const campus = createCampus(folder, options, logins);
  const stopAll = async () => {
    await Promise.all([campus.gate.stop(), campus.till.stop()]);
    await campus.central.stop();
  };
  try {
    const centralUrl = await campus.central.start();
    const admin = await logIn({ url: centralUrl, ...logins.admin });
    const seeded = join(folder, 'seeded');
    if (!existsSync(seeded)) {
      console.log('Setting up the demo campus…');
      await seedCampus({
        api: admin,
        campus: demoCampus,
        logins,
        progress: line => console.log(`  ${line}`),
      });
      writeFileSync(seeded, '');
    }
    await writePhotos(join(folder, 'photos'));
    const codes = await pairingCodes({
      api: admin,
      isPaired: kind => existsSync(join(folder, kind, 'identity.json')),
    });
    writeEdgeConfig({
      folder,
      kind: 'gate',
      port: options.ports.gate,
      centralUrl,
      code: codes.gate,
      camera: options.camera,
    });
    writeEdgeConfig({
      folder,
      kind: 'till',
      port: options.ports.till,
      centralUrl,
      code: codes.till,
      camera: options.camera,
    });
    const [gateUrl, tillUrl] = await Promise.all([campus.gate.start(), campus.till.start()]);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    printWelcome({ centralUrl, gateUrl, tillUrl, logins, folder, seconds });
    process.send?.({ kind: 'ready', address: centralUrl });
    await takeCommands(campus);
  } finally {
    await stopAll();
  }
}

function createCampus(folder: string, options: DemoOptions, logins: Logins): Campus {
  const entry = process.argv[1] ?? '';
  const onCrash = (name: string, code: number | null) =>
    console.error(
      `${name} ended by itself (exit code ${code}); its log is ${join(folder, `${name}.log`)}; "start ${name}" starts it again`,
    );
  const child = (name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
    createChild({
      name,
      entry,
      args: () => args,
      environment: { ...process.env, ...environment },
      log: join(folder, `${name}.log`),
      onCrash,
    });
  const centralConfig = join(folder, 'central.json');
  writeJson(centralConfig, {
    host: '127.0.0.1',
    port: options.ports.central,
    dataDirectory: join(folder, 'central'),
    campus: demoCampus.name.en,
    timeZone: demoCampus.timeZone,
    demo: true,
  });
  return {
    central: child('central', ['central', '--config', centralConfig], {
      PORTER_CENTRAL_ADMIN_PASSWORD: logins.admin.password,
    }),
    gate: child('gate', ['edge', '--config', join(folder, 'gate.json')]),
    till: child('till', ['edge', '--config', join(folder, 'till.json')]),
  };
}

function writeEdgeConfig(options: {
  readonly folder: string;
  readonly kind: 'gate' | 'till';
  readonly port: number;
  readonly centralUrl: string;
  readonly code: string | undefined;
  readonly camera: string | undefined;
}): void {
  writeJson(join(options.folder, `${options.kind}.json`), {
    centralUrl: options.centralUrl,
    ...(options.code ? { pairingCode: options.code } : {}),
    dataDirectory: join(options.folder, options.kind),
    camera: options.camera ?? `demo:${options.kind}`,
    relay: { driver: 'simulated' },
    screen: { host: '127.0.0.1', port: options.port },
    // The demo camera's figures are still photos moved about: what cues look for in a print. With a real camera they count.
    ...(options.camera === undefined && {
      liveness: { door: { cues: 'advisory' }, payment: { cues: 'advisory' } },
    }),
  });
}

/** Made once a data folder: a demo on somebody's laptop should not have passwords that everybody knows. */
function readOrMakeLogins(folder: string): Logins {
  const path = join(folder, 'logins.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Logins;
  const password = () => randomBytes(6).toString('base64url');
  const logins: Logins = {
    admin: { username: 'admin', password: password() },
    supervisor: { username: 'supervisor', password: password() },
    canteen: { username: 'canteen', password: password() },
  };
  writeJson(path, logins);
  return logins;
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
}

function printWelcome(options: {
  readonly centralUrl: string;
  readonly gateUrl: string;
  readonly tillUrl: string;
  readonly logins: Logins;
  readonly folder: string;
  readonly seconds: string;
}): void {
  const { logins } = options;
  console.log(`
Porter demo campus, up after ${options.seconds} s

  Staff console   ${options.centralUrl}
  Dorm gate       ${options.gateUrl}
  Canteen till    ${options.tillUrl}

  Log-ins         ${Object.values(logins)
    .map(one => `${one.username} / ${one.password}`)
    .join('\n                  ')}
  Photos to enrol ${join(options.folder, 'photos')}
  Logs            ${options.folder}/*.log

${help}
`);
}

/** Takes commands from standard input until `quit`, a signal, or the parent is gone. Without a terminal, signals alone end it. */
async function takeCommands(campus: Campus): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  await new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
    let queue = Promise.resolve();
    lines.on('line', line => {
      queue = queue.then(async () => {
        if (line.trim() === 'quit') resolve();
        else await obey(line.trim(), campus);
      });
    });
  });
  lines.close();
}

async function obey(line: string, campus: Campus): Promise<void> {
  const [verb = '', name = ''] = line.split(/\s+/);
  const child = Object.values(campus).find((one: Child) => one.name === name);
  try {
    if (verb === 'status') {
      for (const one of Object.values(campus) as Child[]) {
        console.log(`${one.name}: ${one.running ? `running, process ${one.pid}` : 'stopped'}`);
      }
    } else if (verb === 'stop' && child) {
      await child.stop();
      console.log(`${name} stopped`);
    } else if (verb === 'start' && child) {
      console.log(child.running ? `${name} runs already` : `${name} started: ${await child.start()}`);
    } else if (line !== '') console.log(help);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
