import { Type } from 'typebox';
import { PackErased, PackPlan } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { Packs } from './packs.js';

export function addPackRoutes(app: CentralApp, packs: Packs): void {
  const tags = ['people'];
  app.get('/packs', { onRequest: allowStaff(), schema: { tags, response: { 200: PackPlan } } }, () =>
    packs.plan(),
  );
  app.delete(
    '/packs/:packId',
    {
      onRequest: allow('admin'),
      schema: {
        tags,
        params: Type.Object({ packId: Type.String({ maxLength: 100 }) }),
        response: { 200: PackErased },
      },
    },
    request => packs.erase(request.params.packId, auditedBy(staffOf(request))),
  );
}
