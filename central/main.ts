import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import {
  generateDeviceKey,
  loadOrCreateKey,
  newId,
  parseKey,
  privateKeyFromPem,
  privateKeyToPem,
} from '../protocol/index.js';
import { createVisionWorker, type Vision } from '../vision/index.js';
import { buildCentral } from './app.js';
import { createFirstAdmin } from './auth/index.js';
import { createCanteen } from './canteen/index.js';
import { systemClock } from './clock.js';
import { type CentralConfig, databaseFileOf } from './config.js';
import { type Db, migrate, openDatabase } from './db/index.js';
import { centralErrors } from './errors.js';
import type { CentralApp } from './http/index.js';
import { startSealer } from './ledger/index.js';

export interface RunningCentral {
  /** e.g. `http://127.0.0.1:8080` */
  readonly address: string;
  /** Lets running requests end, then closes the database. */
  close(): Promise<void>;
}

/** Requests that still run this long after the stop are cut off. */
const longestStop_ms = 5_000;

/**
 * Runs central until closed. Prints the first administrator's password once, when it had to make one.
 * Errors: `database_unusable`, `migration_failed`, `wrong_template_key`, `listen_failed`, those of loading the pack.
 */
export async function startCentral(config: CentralConfig): Promise<RunningCentral> {
  mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
  const log = pino({ level: config.logLevel, name: 'porter-central' });
  const db = openDatabase(
    config.database === undefined ? { file: databaseFileOf(config) } : { url: config.database },
  );
  let vision: Vision | undefined;
  let app: CentralApp | undefined;
  let stopSealing: (() => Promise<void>) | undefined;
  const close = async () => {
    const cutOff = setTimeout(() => app?.server.closeAllConnections(), longestStop_ms);
    await app?.close();
    clearTimeout(cutOff);
    await stopSealing?.();
    await vision?.close();
    await db.destroy();
  };
  try {
    await migrate(db);
    await announceFirstAdmin(db, config);
    vision = await createVisionWorker({
      pack: config.packId,
      onWorkerLost: cause => log.error({ err: cause }, 'the recognition worker was replaced'),
    });
    app = await buildCentral({
      config,
      db,
      vision,
      log,
      createLedger: createCanteen,
      templateKey: templateKeyOf(config),
      centralPublicKey: centralPublicKeyOf(config),
    });
    stopSealing = startSealer({
      db,
      onError: error => log.error({ err: error }, 'transfers were not sealed'),
    });
    const address = await listen(app, config);
    return { address, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function announceFirstAdmin(db: Db, config: CentralConfig): Promise<void> {
  const password = await createFirstAdmin({
    db,
    clock: systemClock,
    newId,
    configuredPassword: config.adminPassword,
  });
  if (password === undefined) return;
  process.stdout.write(`First administrator: user name admin, password ${password} (shown this once)\n`);
}

function templateKeyOf(config: CentralConfig): Buffer {
  return config.key === undefined
    ? loadOrCreateKey(join(config.dataDirectory, 'template.key'))
    : parseKey(config.key, 'key');
}

/** The key with which central signs for its devices. */
function centralPublicKeyOf({ dataDirectory }: CentralConfig): string {
  const path = join(dataDirectory, 'central-key.pem');
  if (!existsSync(path)) {
    writeFileSync(path, privateKeyToPem(generateDeviceKey().privateKey), { mode: 0o600, flag: 'wx' });
  }
  return privateKeyFromPem(readFileSync(path, 'utf8')).publicKeyBase64;
}

async function listen(app: CentralApp, { host, port }: CentralConfig): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw centralErrors.listen_failed({ host, port, problem }, { cause });
  }
}
