import { Type } from 'typebox';
import { Id, Page } from '../../protocol/index.js';
import {
  AccessPoint,
  AccessPointCreate,
  AccessRule,
  AccessRuleCreate,
  EntriesQuery,
  Entry,
} from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, staffOf } from '../auth/index.js';
import type { Db } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import { listEntries } from './entries.js';
import type { Access } from './rules.js';

export function addAccessRoutes(app: CentralApp, { db, access }: { db: Db; access: Access }): void {
  const tags = ['access'];

  app.get(
    '/access-points',
    { onRequest: allowStaff(), schema: { tags, response: { 200: Page(AccessPoint) } } },
    async () => ({ items: await access.listPoints() }),
  );
  app.post(
    '/access-points',
    { onRequest: allow('admin'), schema: { tags, body: AccessPointCreate, response: { 201: AccessPoint } } },
    async (request, reply) =>
      reply.status(201).send(await access.createPoint(request.body, auditedBy(staffOf(request)))),
  );
  app.get(
    '/access-rules',
    { onRequest: allow('supervisor'), schema: { tags, response: { 200: Page(AccessRule) } } },
    async () => ({ items: await access.listRules() }),
  );
  app.post(
    '/access-rules',
    { onRequest: allow('admin'), schema: { tags, body: AccessRuleCreate, response: { 201: AccessRule } } },
    async (request, reply) =>
      reply.status(201).send(await access.createRule(request.body, auditedBy(staffOf(request)))),
  );
  app.delete(
    '/access-rules/:id',
    {
      onRequest: allow('admin'),
      schema: { tags, params: Type.Object({ id: Id }), response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await access.deleteRule(request.params.id, auditedBy(staffOf(request)));
      return reply.status(204).send(null);
    },
  );
  app.get(
    '/entries',
    {
      onRequest: allow('supervisor'),
      schema: { tags, querystring: EntriesQuery, response: { 200: Page(Type.Unsafe<Entry>(Entry)) } },
    },
    request => listEntries(db, request.query),
  );
}
