import { Type } from 'typebox';
import { Id } from '../../protocol/index.js';
import { Drill, DrillReport, DrillStart } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { Drills } from './drills.js';

/** Liveness drills at gates, below `/api/v1`. */
export function addDrillRoutes(app: CentralApp, { drills }: { readonly drills: Drills }): void {
  const tags = ['devices'];
  const params = Type.Object({ id: Id });
  const onRequest = allow('supervisor');

  app.post(
    '/devices/:id/drills',
    { onRequest, schema: { tags, params, body: DrillStart, response: { 201: Drill } } },
    async (request, reply) =>
      reply
        .status(201)
        .send(await drills.start(request.params.id, request.body, auditedBy(staffOf(request)))),
  );
  app.get(
    '/devices/:id/drills',
    { onRequest, schema: { tags, params, response: { 200: DrillReport } } },
    request => drills.report(request.params.id),
  );
  app.post('/drills/:id/end', { onRequest, schema: { tags, params, response: { 200: Drill } } }, request =>
    drills.end(request.params.id, auditedBy(staffOf(request))),
  );
}
