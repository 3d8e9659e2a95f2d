import { Type } from 'typebox';
import { Id } from '../../protocol/index.js';
import {
  CardAdd,
  Person,
  PhoneActivated,
  PhoneActivation,
  PhoneInvitation,
} from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { Credentials } from './credentials.js';

export function addCredentialRoutes(
  app: CentralApp,
  { credentials }: { readonly credentials: Credentials },
): void {
  const tags = ['people'];
  const params = Type.Object({ id: Id });
  const onRequest = allow('enrolment');

  app.post(
    '/people/:id/cards',
    { onRequest, schema: { tags, params, body: CardAdd, response: { 200: Person } } },
    request => credentials.addCard(request.params.id, request.body.number, auditedBy(staffOf(request))),
  );
  app.delete(
    '/people/:id/cards/:cardId',
    {
      onRequest,
      schema: { tags, params: Type.Object({ id: Id, cardId: Id }), response: { 200: Person } },
    },
    request => credentials.removeCard(request.params.id, request.params.cardId, auditedBy(staffOf(request))),
  );
  app.post(
    '/people/:id/phone-invitations',
    { onRequest, schema: { tags, params, response: { 200: PhoneInvitation } } },
    request => credentials.invitePhone(request.params.id, auditedBy(staffOf(request))),
  );
  app.delete(
    '/people/:id/phones/:phoneId',
    {
      onRequest,
      schema: { tags, params: Type.Object({ id: Id, phoneId: Id }), response: { 200: Person } },
    },
    request =>
      credentials.removePhone(request.params.id, request.params.phoneId, auditedBy(staffOf(request))),
  );
  // The student has no session: the invitation is what lets the phone in.
  app.post(
    '/phones',
    { schema: { tags, body: PhoneActivation, response: { 200: PhoneActivated } } },
    request => credentials.activate(request.body, request.ip),
  );
}
