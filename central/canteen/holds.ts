import { Page } from '../../protocol/index.js';
import { StandingHold } from '../../protocol/staff/index.js';
import { allow } from '../auth/index.js';
import type { Db } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import { present } from '../people/index.js';
import type { PaymentNeeds } from './payments.js';

const most = 500;

/** What orders hold that are neither served nor over. */
export function addHoldRoutes(app: CentralApp, { db, clock }: PaymentNeeds): void {
  app.get(
    '/holds',
    {
      onRequest: allow('canteen', 'finance'),
      schema: { tags: ['canteen'], response: { 200: Page(StandingHold) } },
    },
    async () => ({ items: await listHolds(db, clock.now()) }),
  );
}

async function listHolds(db: Db, now: Date): Promise<StandingHold[]> {
  const rows = await db
    .selectFrom('standing_hold')
    .innerJoin('hold', 'hold.id', 'standing_hold.hold_id')
    .innerJoin('account', 'account.id', 'standing_hold.account_id')
    .leftJoin('person', 'person.id', 'account.person_id')
    .leftJoin('till', 'till.id', 'hold.till_id')
    .select(['hold.id', 'hold.created_at', 'hold.expires_at', 'account.currency'])
    .select(['person.id as person_id', 'person.name', 'person.student_number', 'till.name as till_name'])
    .select(eb => eb.fn.sum<number>('standing_hold.amount_minor').as('amount_minor'))
    .groupBy(['hold.id', 'hold.created_at', 'hold.expires_at', 'account.currency'])
    .groupBy(['person.id', 'person.name', 'person.student_number', 'till.name'])
    .orderBy('hold.created_at')
    .orderBy('hold.id')
    .limit(most)
    .execute();
  return rows.map(row => ({
    id: row.id,
    ...present('personId', row.person_id),
    ...present('personName', row.name),
    ...present('studentNumber', row.student_number),
    ...present('tillName', row.till_name),
    amount_minor: Number(row.amount_minor),
    currency: row.currency,
    placedAt: row.created_at,
    expiresAt: row.expires_at,
    expired: row.expires_at <= now.toISOString(),
  }));
}
