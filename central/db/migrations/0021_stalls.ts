import type { Kysely } from 'kysely';

type AnyDb = Kysely<unknown>;

/** Stalls, why a day was closed by hand, and what the tills count of their shifts. */
export async function up(db: AnyDb): Promise<void> {
  await db.schema.alterTable('till').addColumn('stall', 'text').execute();
  await db.schema.alterTable('transfer').addColumn('stall', 'text').execute();
  await db.schema.alterTable('closed_day').addColumn('reason', 'text').execute();
  await db.schema.createIndex('transfer_till').on('transfer').columns(['till_id', 'occurred_at']).execute();
  await db.schema
    .createTable('shift_report')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('till_id', 'text', c => c.notNull())
    .addColumn('device_id', 'text', c => c.notNull())
    .addColumn('canteen', 'text', c => c.notNull())
    .addColumn('stall', 'text')
    .addColumn('cashier', 'text', c => c.notNull())
    .addColumn('opened_at', 'text', c => c.notNull())
    .addColumn('closed_at', 'text', c => c.notNull())
    .addColumn('received_at', 'text', c => c.notNull())
    .addColumn('currency', 'text', c => c.notNull())
    .addColumn('reported', 'text', c => c.notNull())
    .addColumn('orders', 'text')
    .execute();
  await db.schema.createIndex('shift_received').on('shift_report').columns(['received_at', 'id']).execute();
  await db.schema.createIndex('subsidy_created').on('subsidy_grant').columns(['created_at', 'id']).execute();
}
