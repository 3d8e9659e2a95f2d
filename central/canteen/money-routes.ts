import { Type } from 'typebox';
import { Id, Page } from '../../protocol/index.js';
import {
  Account,
  GrantedSubsidy,
  OverdraftUpdate,
  Refund,
  RefundDecision,
  RefundRequest,
  RefundsQuery,
  Shift,
  ShiftDetail,
  ShiftsQuery,
  SubsidiesQuery,
  Subsidy,
  SubsidyBatch,
  SubsidyBatchResult,
  SubsidyRequest,
} from '../../protocol/staff/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import { setOverdraft } from './overdraft.js';
import type { PaymentNeeds } from './payments.js';
import { createRefunds } from './refunds.js';
import { listShifts, readShift } from './shifts.js';
import type { createSubsidies } from './subsidies.js';
import { grantMany, listSubsidies } from './subsidy-batch.js';

const tags = ['canteen'];
const ofOne = Type.Object({ id: Id });

/** What the tills counted, beside what was posted. */
export function addShiftRoutes(app: CentralApp, { db }: PaymentNeeds): void {
  app.get(
    '/shifts',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags, querystring: ShiftsQuery, response: { 200: Page(Shift) } },
    },
    request => listShifts(db, request.query),
  );
  app.get(
    '/shifts/:id',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags, params: ofOne, response: { 200: ShiftDetail } },
    },
    request => readShift(db, request.params.id),
  );
}

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
  app.get(
    '/subsidies',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags, querystring: SubsidiesQuery, response: { 200: Page(GrantedSubsidy) } },
    },
    request => listSubsidies(needs.db, request.query),
  );
  app.post(
    '/subsidies',
    {
      onRequest: allow('finance'),
      schema: { tags, body: SubsidyBatch, response: { 201: SubsidyBatchResult } },
    },
    async (request, reply) =>
      reply.status(201).send(await grantMany(needs, subsidies, request.body, staffOf(request))),
  );
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
