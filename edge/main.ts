import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { packageRoot } from '../models/index.js';
import { type GateScreen, newId } from '../protocol/index.js';
import { createEdge, type Edge } from './app.js';
import { systemClock } from './clock.js';
import type { EdgeConfig } from './config.js';
import { edgeErrors } from './errors.js';
import { createMetrics } from './metrics.js';
import { findIdentity } from './pairing.js';
import { openParts, type Parts } from './parts.js';
import { paymentErrors } from './payment/index.js';
import { createReader, parsePort } from './peripherals/index.js';
import { createReceipts, parsePrinter } from './printer/index.js';
import { buildScreenServer, createAnnouncer } from './screen/index.js';
import { identityFile } from './start-over.js';
import { createClient, createSync } from './sync/index.js';

export interface RunningEdge {
  /** Where the screen is served. */
  readonly address: string;
  close(): Promise<void>;
}

/** The start waits so long for pairing; then pairing goes on while the screen says `unpaired`. */
const pairingPatience_ms = 3_000;

/**
 * Starts a gate or a till. Resolves when its screen is served; a device that is not paired says so there and pairs as soon as
 * central can be reached. Errors: pairing_refused, screen_address_unusable, identity_unreadable, and those of `openParts`.
 */
export async function startEdge(config: EdgeConfig): Promise<RunningEdge> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let last = closers.pop(); last; last = closers.pop()) await last();
  };
  try {
    const address = await start(config, last => closers.push(last));
    return { address, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(config: EdgeConfig, onClose: (close: () => unknown) => void): Promise<string> {
  const log = pino({ level: config.logLevel });
  const clock = systemClock;
  const metrics = createMetrics();
  const announcer = createAnnouncer();
  const stopping = new AbortController();
  const softwareVersion = ownVersion();
  const folder = resolve(config.dataDirectory);
  const parts = await openParts({ config, folder, clock, log, metrics, onClose });
  const { feed, director, timekeeping } = parts;
  const { printer, printerColumns: columns } = config.till;
  const receipts =
    printer === undefined
      ? undefined
      : createReceipts({ printer: parsePrinter(printer), columns, log, onChange: announcer.announce });
  feed.onStateChange(announcer.announce);

  let edge: Edge | undefined;
  const requireEdge = (): Edge => {
    if (!edge) throw paymentErrors.not_set_up();
    return edge;
  };
  const server = buildScreenServer({
    state: () => edge?.state() ?? unpairedScreen(parts),
    onChange: announcer.onChange,
    startOrder: charge => requireEdge().startOrder(charge),
    confirmOrder: async (orderId, amount_minor, pin) =>
      requireEdge().confirmOrder(orderId, amount_minor, pin),
    tellApart: (orderId, digits) => requireEdge().tellApart(orderId, digits),
    presentCredential: text => requireEdge().presentCredential(text),
    presentNumber: async (orderId, studentNumber, pin) =>
      requireEdge().presentNumber(orderId, studentNumber, pin),
    cancelOrder: orderId => requireEdge().cancelOrder(orderId),
    openShift: async (...given) => requireEdge().openShift(...given),
    closeShift: () => requireEdge().closeShift(),
    refundMeal: orderId => requireEdge().refundMeal(orderId),
    ...(director && { director }),
    feed,
    metrics: () => metrics.text({ ...edge?.gauges(), memory_bytes: process.memoryUsage.rss() }),
    clock,
    webFolder: join(packageRoot(), 'dist/edge/screen/web'),
    ownNames: [config.screen.host, ...config.screen.names],
  });
  onClose(() => server.close());
  const readerPort = config.till.reader === undefined ? undefined : parsePort(config.till.reader);
  const address = await listen(server, config);
  log.info({ address, camera: parts.camera }, 'the screen is served');

  const work = async (): Promise<void> => {
    const path = join(folder, identityFile);
    const identity = await findIdentity(
      { config, path, softwareVersion, fetch, clock, log },
      stopping.signal,
    );
    if (!identity || stopping.signal.aborted) return;
    const client = createClient({ identity, fetch, clock, newNonce: newId });
    const sync = createSync({ client, store: parts.store, clock, log, random: Math.random });
    const online = () => sync.network === 'online';
    timekeeping.follow({ online, offset_ms: () => client.offset_ms });
    const { clockTrusted, offlineFor_ms } = timekeeping;
    edge = createEdge({
      ...{ ...parts, kind: identity.kind, sync, clock, clockTrusted, offlineFor_ms, newId, log, metrics },
      ...{
        liveness: config.liveness,
        till: config.till,
        ...(receipts && { receipts }),
        softwareVersion,
        onChange: announcer.announce,
      },
    });
    edge.start();
    log.info({ device: identity.deviceId, kind: identity.kind }, 'the device works');
  };
  if (readerPort) {
    const onReading = (text: string): void => edge?.readerGave(text);
    const reader = createReader({ port: readerPort, clock, log, onReading });
    onClose(() => reader.close());
  }
  const working = work();
  const noting = timekeeping.run(stopping.signal);
  onClose(async () => {
    stopping.abort();
    await Promise.allSettled([working, noting]);
    await edge?.stop();
  });
  // A code that is refused at once ends the start; while central is away, nobody waits for it.
  await Promise.race([working, clock.sleep(pairingPatience_ms, stopping.signal)]);
  working.catch(error => log.error({ error: String(error) }, 'the device cannot be paired'));
  return address;
}

async function listen(server: FastifyInstance, { screen }: EdgeConfig): Promise<string> {
  try {
    return await server.listen({ host: screen.host, port: screen.port });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw edgeErrors.screen_address_unusable(
      { address: `${screen.host}:${screen.port}`, problem },
      { cause },
    );
  }
}

function unpairedScreen({ feed, gallery }: Pick<Parts, 'feed' | 'gallery'>): GateScreen {
  const { state } = feed;
  return {
    kind: 'gate',
    campus: '',
    place: '',
    camera: state.kind,
    ...(state.kind === 'lost' && { cameraError: { code: state.code, en: state.en, zh: state.zh } }),
    network: 'unpaired',
    outboxDepth: 0,
    galleryPersons: gallery.persons,
    disk: 'ok',
    phase: { name: 'idle' },
    now: new Date(systemClock.now_ms()).toISOString(),
  };
}

function ownVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
