import { Type } from 'typebox';
import { Id, Page } from '../../protocol/index.js';
import {
  Account,
  OverdraftUpdate,
  Refund,
  RefundDecision,
  RefundRequest,
  RefundsQuery,
  Subsidy,
  SubsidyRequest,
} from '../../protocol/staff/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import { setOverdraft } from './overdraft.js';
import type { PaymentNeeds } from './payments.js';
import { createRefunds } from './refunds.js';
import type { createSubsidies } from './subsidies.js';

const tags = ['canteen'];
const ofOne = Type.Object({ id: Id });

export function addRefundRoutes(app: CentralApp, needs: PaymentNeeds): void {
  const refunds = createRefunds(needs);
  app.post(
    '/refunds',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags, body: RefundRequest, response: { 201: Refund } },
    },
    async (request, reply) => reply.status(201).send(await refunds.request(request.body, staffOf(request))),
  );
  app.get(
    '/refunds',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags, querystring: RefundsQuery, response: { 200: Page(Refund) } },
    },
    request => refunds.list(request.query),
  );
  app.post(
    '/refunds/:id/decision',
    {
      onRequest: allow('finance'),
      schema: { tags, params: ofOne, body: RefundDecision, response: { 200: Refund } },
    },
    request => refunds.decide(request.params.id, request.body.approve, staffOf(request)),
  );
}

export function addSubsidyRoutes(
  app: CentralApp,
  needs: PaymentNeeds,
  subsidies: ReturnType<typeof createSubsidies>,
): void {
  app.post(
    '/people/:id/subsidies',
    {
      onRequest: allow('finance'),
      schema: { tags, params: ofOne, body: SubsidyRequest, response: { 201: Subsidy } },
    },
    async (request, reply) =>
      reply.status(201).send(await subsidies.grant(request.params.id, request.body, staffOf(request))),
  );
  app.get(
    '/people/:id/subsidies',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags, params: ofOne, response: { 200: Page(Subsidy) } },
    },
    async request => ({ items: await subsidies.list(request.params.id) }),
  );
  app.put(
    '/people/:id/overdraft',
    {
      onRequest: allow('finance'),
      schema: { tags, params: ofOne, body: OverdraftUpdate, response: { 200: Account } },
    },
    request => setOverdraft(needs, request.params.id, request.body.amount, staffOf(request)),
  );
}
