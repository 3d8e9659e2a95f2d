import { Type } from 'typebox';
import { Id, Page } from '../../protocol/index.js';
import {
  PeopleQuery,
  Person,
  PersonCreate,
  PersonSummary,
  PersonUpdate,
  PinUpdate,
} from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, staffOf } from '../auth/index.js';
import type { Db } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import type { People } from './people.js';
import { listPeople, readPerson } from './read.js';

export interface PeopleRouteNeeds {
  readonly db: Db;
  readonly people: People;
  /** The pack that central enrols with. */
  readonly packId: string;
}

export function addPeopleRoutes(app: CentralApp, { db, people, packId }: PeopleRouteNeeds): void {
  const tags = ['people'];
  const params = Type.Object({ id: Id });

  app.get(
    '/people',
    {
      onRequest: allowStaff(),
      schema: { tags, querystring: PeopleQuery, response: { 200: Page(PersonSummary) } },
    },
    request => listPeople(db, request.query, packId),
  );

  app.post(
    '/people',
    { onRequest: allow('enrolment'), schema: { tags, body: PersonCreate, response: { 201: Person } } },
    async (request, reply) =>
      reply.status(201).send(await people.create(request.body, auditedBy(staffOf(request)))),
  );

  app.get(
    '/people/:id',
    { onRequest: allowStaff(), schema: { tags, params, response: { 200: Person } } },
    request => readPerson(db, request.params.id),
  );

  app.patch(
    '/people/:id',
    {
      onRequest: allow('enrolment'),
      schema: { tags, params, body: PersonUpdate, response: { 200: Person } },
    },
    request => people.update(request.params.id, request.body, auditedBy(staffOf(request))),
  );

  app.put(
    '/people/:id/pin',
    {
      onRequest: allow('enrolment'),
      schema: { tags, params, body: PinUpdate, response: { 200: Person } },
    },
    request => people.setPin(request.params.id, request.body.pin, auditedBy(staffOf(request))),
  );

  app.delete(
    '/people/:id/templates/:templateId',
    {
      onRequest: allow('enrolment'),
      schema: { tags, params: Type.Object({ id: Id, templateId: Id }), response: { 200: Person } },
    },
    request =>
      people.eraseTemplate(request.params.id, request.params.templateId, auditedBy(staffOf(request))),
  );
}
