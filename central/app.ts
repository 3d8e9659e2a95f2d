import '@fastify/cookie';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyMultipart from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { Type } from 'typebox';
import { packageRoot } from '../models/index.js';
import { newId as newIdByClock } from '../protocol/index.js';
import type { Vision } from '../vision/index.js';
import { addAccessRoutes, createAccess } from './access/index.js';
import { createAudit } from './audit/index.js';
import { addSessionGuard, addSessionRoutes, addStaffRoutes, createSessions } from './auth/index.js';
import { type Clock, systemClock } from './clock.js';
import type { CentralConfig } from './config.js';
import { addConsentRoutes, createConsents } from './consent/index.js';
import { addCredentialRoutes, createCredentials } from './credentials/index.js';
import type { Db } from './db/index.js';
import {
  addDeviceRoutes,
  addDeviceStaffRoutes,
  type CreateLedger,
  createChanges,
  createDevices,
  createDeviceViews,
  createIngest,
  createPairing,
  createStatusIntake,
  startDeviceMonitor,
} from './devices/index.js';
import { addDrillRoutes, createDrills } from './drill/index.js';
import { addEnrolmentRoutes, addPackRoutes, createEnrolment, createPacks } from './enrolment/index.js';
import { checkKey, createGallery, createVault } from './gallery/index.js';
import {
  addConsole,
  addOpenApi,
  addSecurityHeaders,
  type CentralApp,
  checkedSerializer,
  compileValidator,
  handleError,
  plainSerializer,
} from './http/index.js';
import { createLiveBus, type LiveBus } from './live.js';
import { addPeopleRoutes, createPeople } from './people/index.js';
import { addLiveRoute, addSummaryRoute } from './today/index.js';

export interface CentralNeeds {
  readonly config: CentralConfig;
  /** Migrated. */
  readonly db: Db;
  readonly vision: Vision;
  /** 256 bits that seal the templates. */
  readonly templateKey: Buffer;
  /** Ed25519, base64; told to devices when they pair. */
  readonly centralPublicKey: string;
  readonly createLedger: CreateLedger;
  readonly clock?: Clock;
  readonly newId?: () => string;
  readonly live?: LiveBus;
  readonly log?: FastifyBaseLogger;
  readonly version?: string;
  /** The console's build. */
  readonly consoleDirectory?: string;
  /** The build of the page for students' phones. */
  readonly phoneDirectory?: string;
  /** Fails a request whose answer does not fit its schema: for tests. */
  readonly checkAnswers?: boolean;
}

const maxJson_bytes = 1_000_000;

/** Puts central together; it does not listen yet. Errors: `wrong_template_key`. */
export async function buildCentral(needs: CentralNeeds): Promise<CentralApp> {
  const parts = await createParts(needs);
  const app = createServer(needs);
  await app.register(fastifyCookie);
  addSecurityHeaders(app);
  await addOpenApi(app, needs.version ?? '0');
  await addConsole(app, {
    directory: needs.consoleDirectory ?? join(packageRoot(), 'dist', 'central', 'console'),
    phoneDirectory: needs.phoneDirectory ?? join(packageRoot(), 'dist', 'central', 'phone'),
  });
  addHealth(app, needs.db);
  await app.register(async staff => addStaffApi(staff, needs, parts), { prefix: '/api/v1' });
  await app.register(async devices => addDeviceRoutes(devices, { ...parts, ...deviceParts(needs, parts) }), {
    prefix: '/device/v1',
  });
  await app.register(async callbacks => parts.ledger.callbackRoutes?.(callbacks), { prefix: '/callbacks' });
  // Configuration may have changed what devices are to know, or a refresh may have been cut off.
  await parts.gallery.refreshEverybody();
  const stopMonitor = startDeviceMonitor({
    views: parts.views,
    live: parts.live,
    onError: error => app.log.warn({ err: error }, 'devices could not be looked at'),
  });
  app.addHook('preClose', async () => {
    stopMonitor();
    parts.gallery.close();
  });
  return app;
}

function createServer({ config, log, checkAnswers }: CentralNeeds): CentralApp {
  const app = fastify({
    ...(log ? { loggerInstance: log } : { logger: false }),
    bodyLimit: maxJson_bytes,
    trustProxy: config.trustProxy,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    logController: new LogController({
      disableRequestLogging: config.logLevel !== 'debug' && config.logLevel !== 'trace',
    }),
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(checkAnswers ? checkedSerializer : plainSerializer);
  app.setErrorHandler(handleError);
  app.decorateRequest('staff', null);
  app.decorateRequest('device', null);
  app.decorateRequest('rawBody', null);
  return app;
}

type Parts = Awaited<ReturnType<typeof createParts>>;

async function createParts(needs: CentralNeeds) {
  const { config, db, vision, templateKey } = needs;
  const clock = needs.clock ?? systemClock;
  const newId = needs.newId ?? newIdByClock;
  const live = needs.live ?? createLiveBus();
  await checkKey(db, templateKey);
  const vault = createVault(templateKey);
  const { perMealLimit_minor, perDayLimit_minor } = config.payment;
  const payment = { perMealLimit_minor, perDayLimit_minor };
  const gallery = await createGallery({ db, newId, live, vault, payment });
  const audit = createAudit({ clock, newId });
  const shared = { db, clock, newId, live, gallery, audit, config };
  const views = createDeviceViews(shared);
  return {
    ...shared,
    views,
    sessions: createSessions({ db, clock, sessionHours: config.sessionHours }),
    people: createPeople(shared),
    credentials: createCredentials(shared),
    consents: createConsents({ ...shared, timeZone: config.timeZone }),
    enrolment: createEnrolment({ ...shared, vault, vision }),
    access: createAccess(shared),
    devices: createDevices({ ...shared, views }),
    drills: createDrills(shared),
    ledger: await needs.createLedger(shared),
  };
}

function deviceParts({ centralPublicKey }: CentralNeeds, parts: Parts) {
  return {
    pair: createPairing({ ...parts, centralPublicKey }),
    readChanges: createChanges(parts),
    ingest: createIngest({ ...parts, mealSink: parts.ledger.mealSink }),
    takeStatus: createStatusIntake(parts),
  };
}

async function addStaffApi(
  app: CentralApp,
  { config, vision: { packId } }: CentralNeeds,
  parts: Parts,
): Promise<void> {
  await app.register(fastifyMultipart);
  addSessionGuard(app, parts.sessions);
  addSessionRoutes(app, parts);
  addStaffRoutes(app, parts);
  addPeopleRoutes(app, { ...parts, packId });
  addCredentialRoutes(app, parts);
  addConsentRoutes(app, parts);
  addEnrolmentRoutes(app, { ...parts, maxPhoto_bytes: config.maxPhoto_bytes });
  addPackRoutes(app, createPacks({ ...parts, current: packId }));
  addAccessRoutes(app, parts);
  addDeviceStaffRoutes(app, parts);
  addDrillRoutes(app, parts);
  addSummaryRoute(app, parts);
  addLiveRoute(app, parts);
  await parts.ledger.staffRoutes(app);
}

/** For load balancers and `porter doctor`: answers once the database does. */
function addHealth(app: CentralApp, db: Db): void {
  const response = { 200: Type.Object({ status: Type.Literal('ok') }) };
  app.get('/api/health', { schema: { tags: ['today'], response } }, async () => {
    await db.selectFrom('meta').select('key').limit(1).execute();
    return { status: 'ok' } as const;
  });
}
