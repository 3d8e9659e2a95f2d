import { Type } from 'typebox';
import { Id, Purpose } from '../../protocol/index.js';
import { ConsentUpdate, Person } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { Consents } from './consents.js';

export function addConsentRoutes(app: CentralApp, { consents }: { consents: Consents }): void {
  app.put(
    '/people/:id/consents/:purpose',
    {
      onRequest: allow('enrolment'),
      schema: {
        tags: ['people'],
        params: Type.Object({ id: Id, purpose: Purpose }),
        body: ConsentUpdate,
        response: { 200: Person },
      },
    },
    request => {
      const { id, purpose } = request.params;
      return consents.set(id, purpose, request.body, auditedBy(staffOf(request)));
    },
  );
}
