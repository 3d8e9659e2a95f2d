import { Type } from 'typebox';
import {
  ChangesPage,
  ChangesQuery,
  DeviceStatus,
  EventBatchResult,
  EventEnvelope,
  PairRequest,
  PairResponse,
  Timestamp,
} from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import type { Db } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import type { ReadChanges } from './changes.js';
import type { LedgerModule } from './contracts.js';
import type { Ingest } from './ingest.js';
import type { Pair } from './pairing.js';
import { deviceOf } from './request.js';
import { addQuarantineGuard, addSignatureGuard, keepRawBody } from './signature-guard.js';
import type { TakeStatus } from './status.js';

export interface DeviceRouteNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly pair: Pair;
  readonly readChanges: ReadChanges;
  readonly ingest: Ingest;
  readonly takeStatus: TakeStatus;
  readonly ledger: LedgerModule;
}

const maxBatch_bytes = 2_000_000;

/** Bodies are looked at one by one: an unusable event must not hold up the others of its batch. */
const UncheckedBatch = Type.Object({
  events: Type.Array(
    Type.Intersect([Type.Omit(EventEnvelope, ['body']), Type.Object({ body: Type.Unknown() })]),
    {
      minItems: 1,
      maxItems: 200,
    },
  ),
});

const tags = ['device'];

/** What devices call, below `/device/v1`. */
export async function addDeviceRoutes(app: CentralApp, needs: DeviceRouteNeeds): Promise<void> {
  keepRawBody(app);
  app.post('/pair', { schema: { tags, body: PairRequest, response: { 200: PairResponse } } }, request =>
    needs.pair(request.body, request.ip),
  );
  await app.register(async signed => {
    addSignatureGuard(signed, needs);
    addReports(signed, needs);
    await signed.register(async sound => {
      addQuarantineGuard(sound);
      addGalleryRoute(sound, needs);
      await needs.ledger.deviceRoutes(sound);
    });
  });
}

function addReports(app: CentralApp, { clock, ingest, takeStatus }: DeviceRouteNeeds): void {
  app.post(
    '/events',
    {
      bodyLimit: maxBatch_bytes,
      schema: { tags, body: UncheckedBatch, response: { 200: EventBatchResult } },
    },
    async request => {
      const { results } = await ingest(deviceOf(request), request.body.events);
      return { results, serverTime: clock.now().toISOString() };
    },
  );
  app.post(
    '/status',
    {
      schema: { tags, body: DeviceStatus, response: { 200: Type.Object({ serverTime: Timestamp }) } },
    },
    async request => {
      await takeStatus(deviceOf(request), request.body);
      return { serverTime: clock.now().toISOString() };
    },
  );
}

function addGalleryRoute(app: CentralApp, { readChanges }: DeviceRouteNeeds): void {
  app.get(
    '/gallery/changes',
    { schema: { tags, querystring: ChangesQuery, response: { 200: ChangesPage } } },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return readChanges(deviceOf(request), request.query, gone.signal);
    },
  );
}
