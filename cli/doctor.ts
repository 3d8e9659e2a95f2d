import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PorterError } from '../protocol/index.js';

export interface Finding {
  /** `missing`: something optional is not there. */
  readonly level: 'ok' | 'missing' | 'failed';
  readonly detail: string;
}

export interface Check {
  readonly name: string;
  run(): Promise<Finding>;
}

const ok = (detail: string): Finding => ({ level: 'ok', detail });
const missing = (detail: string): Finding => ({ level: 'missing', detail });
const failed = (detail: string): Finding => ({ level: 'failed', detail });

const leastFree_bytes = 200 * 1024 * 1024;

/** Everything that Porter needs of a machine, in the order in which a newcomer would fix it. */
export function checks(options: {
  readonly data: string;
  readonly pack: string;
  readonly central?: string;
  readonly cameras?: boolean;
}): Check[] {
  return [
    { name: 'Node.js', run: checkNode },
    { name: 'data folder', run: () => checkDataFolder(resolve(options.data)) },
    { name: 'SQLite', run: checkSqlite },
    { name: 'model pack', run: () => checkPack(options.pack) },
    { name: 'ffmpeg', run: checkFfmpeg },
    { name: 'USB cameras', run: checkVideoDevices },
    { name: 'GPIO', run: checkGpio },
    ...(options.cameras ? [{ name: 'ONVIF cameras', run: checkOnvif }] : []),
    ...(options.central ? [{ name: 'central', run: () => checkCentral(options.central ?? '') }] : []),
  ].map(check => ({ name: check.name, run: () => guarded(check.run) }));
}

async function guarded(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    return failed(error instanceof PorterError ? `${error.code}: ${error.message}` : String(error));
  }
}

async function checkNode(): Promise<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  return fits
    ? ok(`${process.version} on ${process.arch}`)
    : failed(`${process.version}; needs 20.19 or newer`);
}

async function checkDataFolder(folder: string): Promise<Finding> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.W_OK);
  const { bavail, bsize } = statfsSync(folder);
  const free_bytes = bavail * bsize;
  const free = `${Math.round(free_bytes / 1024 / 1024)} MiB free in ${folder}`;
  return free_bytes < leastFree_bytes ? failed(free) : ok(free);
}

async function checkSqlite(): Promise<Finding> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(':memory:');
  try {
    const row = db.prepare('select sqlite_version() as version').get() as { version: string };
    return ok(row.version);
  } finally {
    db.close();
  }
}

async function checkPack(pack: string): Promise<Finding> {
  const { createVision } = await import('../vision/index.js');
  const started = performance.now();
  const vision = await createVision({ pack });
  await vision.close();
  return ok(
    `${vision.packId}, ${vision.dimension}-d, files intact, loaded in ${Math.round(performance.now() - started)} ms`,
  );
}

async function checkFfmpeg(): Promise<Finding> {
  const result = spawnSync('ffmpeg', ['-hide_banner', '-version'], { encoding: 'utf8' });
  if (result.error) return missing('not installed; needed for real cameras (apt install ffmpeg)');
  return ok(result.stdout.split('\n')[0] ?? '');
}

async function checkVideoDevices(): Promise<Finding> {
  const devices = readdirSync('/dev').filter(name => /^video\d+$/.test(name));
  return devices.length > 0 ? ok(devices.map(name => `/dev/${name}`).join(', ')) : missing('none');
}

async function checkGpio(): Promise<Finding> {
  if (existsSync('/sys/class/gpio/export')) return ok('sysfs, /sys/class/gpio');
  return missing('no /sys/class/gpio; the door relay can only be simulated here');
}

async function checkOnvif(): Promise<Finding> {
  const { discoverCameras } = await import('../edge/camera/index.js');
  const cameras = await discoverCameras({ timeout_ms: 3000 });
  return cameras.length > 0 ? ok(cameras.map(camera => camera.xaddr).join(', ')) : missing('none answered');
}

async function checkCentral(url: string): Promise<Finding> {
  const response = await fetch(new URL('/api/health', url), { signal: AbortSignal.timeout(5000) });
  return response.ok ? ok(`${url} answers`) : failed(`${url} answers with ${response.status}`);
}
