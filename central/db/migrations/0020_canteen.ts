import type { Kysely } from 'kysely';
import { forbidChanges } from '../dialect.js';

type AnyDb = Kysely<unknown>;

export async function up(db: AnyDb): Promise<void> {
  await createBooks(db);
  await createSubsidies(db);
  await createRefunds(db);
}

async function createBooks(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('canteen')
    .addColumn('name', 'text', c => c.primaryKey())
    .addColumn('time_zone', 'text', c => c.notNull())
    .addColumn('periods', 'text', c => c.notNull())
    .addColumn('updated_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('closed_day')
    .addColumn('canteen', 'text', c => c.notNull())
    .addColumn('day', 'text', c => c.notNull())
    .addColumn('closed_at', 'text', c => c.notNull())
    .addColumn('closed_by', 'text', c => c.notNull())
    .addColumn('missing_tills', 'text', c => c.notNull())
    .addColumn('settlement', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('closed_day_key', ['canteen', 'day'])
    .execute();
  await forbidChanges(db, 'closed_day');
  await db.schema
    .createTable('till_watermark')
    .addColumn('device_id', 'text', c => c.primaryKey())
    .addColumn('at', 'text', c => c.notNull())
    .execute();
}

async function createSubsidies(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('subsidy_grant')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('person_id', 'text', c => c.notNull())
    .addColumn('account_id', 'text', c => c.notNull().references('account.id'))
    .addColumn('amount_minor', 'bigint', c => c.notNull())
    .addColumn('valid_from', 'text', c => c.notNull())
    .addColumn('expires_at', 'text', c => c.notNull())
    .addColumn('periods', 'text')
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('reason', 'text', c => c.notNull())
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('subsidy_person').on('subsidy_grant').columns(['person_id', 'state']).execute();
  await db.schema.createIndex('subsidy_end').on('subsidy_grant').columns(['state', 'expires_at']).execute();
}

async function createRefunds(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('refund')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('transfer_ids', 'text', c => c.notNull())
    .addColumn('order_id', 'text')
    .addColumn('person_id', 'text')
    .addColumn('amount_minor', 'bigint', c => c.notNull())
    .addColumn('currency', 'text', c => c.notNull())
    .addColumn('reason', 'text', c => c.notNull())
    .addColumn('requested_at', 'text', c => c.notNull())
    .addColumn('requested_by', 'text', c => c.notNull())
    .addColumn('decided_at', 'text')
    .addColumn('decided_by', 'text')
    .addColumn('posted_ids', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('refund_state').on('refund').columns(['state', 'requested_at', 'id']).execute();
}
