import { Type } from 'typebox';
import {
  AuthoriseRequest,
  AuthoriseResponse,
  Id,
  Page,
  ReleaseRequest,
  ReleaseResponse,
} from '../../protocol/index.js';
import {
  Account,
  TopUpRequest,
  TopUpResponse,
  Transfer,
  TransfersQuery,
} from '../../protocol/staff/index.js';
import { allow, staffOf } from '../auth/index.js';
import { deviceOf } from '../devices/request.js';
import type { CentralApp } from '../http/index.js';
import { readAccount } from './accounts.js';
import { canteenErrors } from './errors.js';
import { createPayments, type PaymentNeeds } from './payments.js';
import { topUp } from './top-ups.js';
import { listTransfers } from './transfers.js';

export function addCanteenStaffRoutes(app: CentralApp, needs: PaymentNeeds): void {
  const { db, config } = needs;
  const tags = ['canteen'];
  const ofPerson = Type.Object({ id: Id });
  const money = allow('canteen', 'finance');

  app.get(
    '/people/:id/account',
    { onRequest: money, schema: { tags, params: ofPerson, response: { 200: Account } } },
    request => readAccount(db, request.params.id, config.currency),
  );
  app.post(
    '/people/:id/top-ups',
    {
      onRequest: money,
      schema: { tags, params: ofPerson, body: TopUpRequest, response: { 201: TopUpResponse } },
    },
    async (request, reply) =>
      reply.status(201).send(await topUp(needs, request.params.id, request.body, staffOf(request))),
  );
  app.get(
    '/transfers',
    { onRequest: money, schema: { tags, querystring: TransfersQuery, response: { 200: Page(Transfer) } } },
    request => listTransfers(db, request.query),
  );
}

export function addCanteenDeviceRoutes(app: CentralApp, needs: PaymentNeeds): void {
  const payments = createPayments(needs);
  const tags = ['device'];
  app.post(
    '/payments/authorise',
    { schema: { tags, body: AuthoriseRequest, response: { 200: AuthoriseResponse } } },
    request => {
      const { kind, placeId } = deviceOf(request);
      if (kind !== 'till') throw canteenErrors.not_a_till();
      return payments.authorise(request.body, placeId);
    },
  );
  app.post(
    '/payments/release',
    { schema: { tags, body: ReleaseRequest, response: { 200: ReleaseResponse } } },
    request => {
      const { kind, placeId } = deviceOf(request);
      if (kind !== 'till') throw canteenErrors.not_a_till();
      return payments.release(request.body.orderId, placeId);
    },
  );
}
