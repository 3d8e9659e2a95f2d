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
  Till,
  TillCreate,
  TopUpRequest,
  TopUpResponse,
  Transfer,
  TransfersQuery,
} from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, type StaffIdentity, staffOf } from '../auth/index.js';
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
  app.get(
    '/tills',
    { onRequest: allowStaff(), schema: { tags, response: { 200: Page(Till) } } },
    async () => {
      const rows = await db.selectFrom('till').selectAll().orderBy('name').execute();
      return {
        items: rows.map(({ id, name, canteen, per_meal_limit_minor }) => ({
          id,
          name,
          canteen,
          perMealLimit_minor: per_meal_limit_minor,
        })),
      };
    },
  );
  app.post(
    '/tills',
    { onRequest: allow('canteen'), schema: { tags, body: TillCreate, response: { 201: Till } } },
    async (request, reply) => reply.status(201).send(await createTill(needs, request.body, staffOf(request))),
  );
}

async function createTill(
  { db, clock, newId, audit, config }: PaymentNeeds,
  { name, canteen, perMealLimit_minor = config.payment.perMealLimit_minor }: TillCreate,
  staff: StaffIdentity,
): Promise<Till> {
  return db.transaction().execute(async trx => {
    const taken = await trx.selectFrom('till').select('id').where('name', '=', name).executeTakeFirst();
    if (taken) throw canteenErrors.till_exists({ name });
    const till = { id: newId(), name, canteen };
    await trx
      .insertInto('till')
      .values({ ...till, per_meal_limit_minor: perMealLimit_minor, created_at: clock.now().toISOString() })
      .execute();
    await audit.record(trx, auditedBy(staff), {
      action: 'create-till',
      subjectKind: 'till',
      subjectId: till.id,
      detail: { name },
    });
    return { ...till, perMealLimit_minor };
  });
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
