import type { Kysely } from 'kysely';

type AnyDb = Kysely<unknown>;

/** Money that is paid in by phone. */
export async function up(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('top_up_order')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('provider', 'text', c => c.notNull())
    .addColumn('person_id', 'text', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('amount_minor', 'bigint', c => c.notNull())
    .addColumn('currency', 'text', c => c.notNull())
    .addColumn('pay_url', 'text')
    .addColumn('created_at', 'text', c => c.notNull())
    .addColumn('created_by', 'text', c => c.notNull())
    .addColumn('expires_at', 'text', c => c.notNull())
    .addColumn('asked_at', 'text')
    .addColumn('provider_id', 'text')
    .addColumn('paid_at', 'text')
    .addColumn('transfer_id', 'text')
    .addColumn('late', 'integer', c => c.notNull())
    .addUniqueConstraint('top_up_order_payment', ['provider', 'provider_id'])
    .execute();
  await db.schema.createIndex('top_up_order_at').on('top_up_order').columns(['created_at', 'id']).execute();
  await db.schema
    .createIndex('top_up_order_open')
    .on('top_up_order')
    .columns(['state', 'expires_at'])
    .execute();
  await db.schema
    .createIndex('standing_hold_end')
    .on('standing_hold')
    .columns(['expires_at', 'hold_id'])
    .execute();
}
