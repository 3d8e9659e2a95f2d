import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { packageRoot } from '../models/index.js';
import { defineErrors, newId } from '../protocol/index.js';
import { createVisionWorker } from '../vision/index.js';
import { createDoor, createOnoffRelay, createSimulatedRelay } from './access/index.js';
import { createEdge } from './app.js';
import { createCameraFeed, parseCameraSpec } from './camera/index.js';
import { systemClock } from './clock.js';
import type { EdgeConfig } from './config.js';
import type { Log, Relay } from './contracts.js';
import { createGallery } from './gallery/index.js';
import { buildScreenServer } from './screen/index.js';
import { openStore } from './store/index.js';
import { createClient, createSync, type Identity, loadIdentity, pairDevice } from './sync/index.js';

export const edgeErrors = defineErrors({
  not_paired: {
    status: 400,
    en: 'This device is not paired: give --central and the one-time code of the console with --pair',
    zh: '本设备尚未配对：请用 --central 指定中心服务，用 --pair 提供控制台中的一次性配对码',
  },
});

/** A clock before this was never set. */
const earliestBelievable_ms = Date.parse('2026-01-01T00:00:00Z');

/** Starts a gate or a till from its configuration. Resolves when its screen is served. */
export async function startEdge(config: EdgeConfig & { readonly softwareVersion?: string }) {
  const log = pino({ level: config.logLevel ?? 'info' });
  const softwareVersion = config.softwareVersion ?? '0.1.0';
  const folder = resolve(config.dataDirectory);
  const clock = systemClock;
  const identity = await requireIdentity(config, join(folder, 'identity.json'), softwareVersion);
  const { source, director } = parseCameraSpec(config.camera, clock);
  const vision = await createVisionWorker({ pack: config.pack });
  const gallery = createGallery({ packId: vision.packId, dimension: vision.dimension });
  const clockTrusted = (): boolean => clock.now_ms() >= earliestBelievable_ms;
  const store = openStore({ folder, clock, newId, bootId: newId(), clockTrusted, gallery });
  const client = createClient({ identity, fetch, clock, newNonce: newId });
  const sync = createSync({ client, store, clock, log, random: Math.random });
  const relay = await openRelay(config, log);
  const door = await createDoor({ relay, clock, log });
  const feed = createCameraFeed({ source, clock, log });
  const edge = createEdge({
    kind: identity.kind,
    ...{ feed, vision, gallery, store, sync, door, clock, clockTrusted, newId, log, softwareVersion },
    ...(director ? { director } : {}),
    liveness: config.liveness,
  });
  const server = buildScreenServer({
    state: edge.screen,
    onChange: edge.onChange,
    startOrder: amount => edge.cashier.start(amount),
    confirmOrder: edge.cashier.confirm,
    cancelOrder: edge.cashier.cancel,
    ...(director ? { director } : {}),
    feed,
    metrics: edge.metrics,
    clock,
    webFolder: join(packageRoot(), 'dist/edge/screen/web'),
  });
  edge.start();
  const address = await server.listen({ host: config.screen.host, port: config.screen.port });
  log.info(
    { address, device: identity.deviceId, kind: identity.kind, camera: source.description },
    'edge is up',
  );
  return {
    address,
    async close(): Promise<void> {
      await server.close();
      await edge.stop();
      await feed.close();
      await door.close();
      await vision.close();
      store.close();
    },
  };
}

async function requireIdentity(config: EdgeConfig, path: string, softwareVersion: string): Promise<Identity> {
  const known = loadIdentity(path);
  if (known) return config.centralUrl ? { ...known, centralUrl: config.centralUrl } : known;
  const { centralUrl, pairingCode } = config;
  if (!centralUrl || !pairingCode) throw edgeErrors.not_paired();
  return pairDevice({ centralUrl, code: pairingCode, path, hostname: hostname(), softwareVersion, fetch });
}

/** A GPIO relay is also switched off in the process' last moment, whatever ends it. */
async function openRelay({ relay }: EdgeConfig, log: Log): Promise<Relay> {
  if (relay.driver === 'simulated') return createSimulatedRelay();
  const gpio = await createOnoffRelay(relay);
  process.on('exit', () => gpio.offNow());
  process.on('uncaughtException', error => {
    log.error({ error: String(error) }, 'uncaught exception; the relay is switched off');
    gpio.offNow();
    process.exit(70);
  });
  return gpio;
}
