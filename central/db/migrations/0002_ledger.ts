import { type Kysely, sql } from 'kysely';
import { dialectOf, forbidChanges } from '../dialect.js';

type AnyDb = Kysely<unknown>;

export async function up(db: AnyDb): Promise<void> {
  await createAccounts(db);
  await createTransfers(db);
  await createCommands(db);
}

async function createAccounts(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('key', 'text', c => c.notNull().unique())
    .addColumn('person_id', 'text')
    .addColumn('currency', 'text', c => c.notNull())
    .addColumn('balance_minor', 'bigint', c => c.notNull())
    .addColumn('held_minor', 'bigint', c => c.notNull())
    .addColumn('floor_minor', 'bigint')
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('account_person').on('account').columns(['person_id', 'id']).execute();
  await db.schema
    .createTable('hold')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('legs', 'text', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('till_id', 'text')
    .addColumn('created_at', 'text', c => c.notNull())
    .addColumn('expires_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('standing_hold')
    .addColumn('account_id', 'text', c => c.notNull().references('account.id'))
    .addColumn('hold_id', 'text', c => c.notNull().references('hold.id'))
    .addColumn('amount_minor', 'bigint', c => c.notNull())
    .addColumn('expires_at', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('standing_hold_key', ['account_id', 'hold_id'])
    .execute();
  await db.schema.createIndex('standing_hold_hold').on('standing_hold').column('hold_id').execute();
}

async function createTransfers(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('transfer')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('kind', 'text', c => c.notNull())
    .addColumn('at', 'text', c => c.notNull())
    .addColumn('occurred_at', 'text', c => c.notNull())
    .addColumn('amount_minor', 'bigint', c => c.notNull())
    .addColumn('currency', 'text', c => c.notNull())
    // Without a foreign key: checking it would have all payments of a canteen mark one row, that of its revenue.
    .addColumn('debit_account_id', 'text', c => c.notNull())
    .addColumn('credit_account_id', 'text', c => c.notNull())
    .addColumn('person_id', 'text')
    .addColumn('balance_after_minor', 'bigint')
    .addColumn('till_id', 'text')
    .addColumn('order_id', 'text')
    .addColumn('mode', 'text')
    .addColumn('flag', 'text')
    .addColumn('reverses', 'text')
    .addColumn('canteen', 'text')
    .addColumn('meal_date', 'text')
    .addColumn('meal_period', 'text')
    .addColumn('business_day', 'text')
    .execute();
  await db.schema.createIndex('transfer_at').on('transfer').columns(['at', 'id']).execute();
  await db.schema.createIndex('transfer_person').on('transfer').columns(['person_id', 'at', 'id']).execute();
  await db.schema.createIndex('transfer_meals').on('transfer').columns(['kind', 'occurred_at']).execute();
  await db.schema
    .createIndex('transfer_meal_date')
    .on('transfer')
    .columns(['person_id', 'meal_date'])
    .execute();
  await db.schema.createIndex('transfer_day').on('transfer').columns(['canteen', 'business_day']).execute();
  await db.schema.createIndex('transfer_order').on('transfer').column('order_id').execute();
  await db.schema.createIndex('transfer_debit').on('transfer').column('debit_account_id').execute();
  await db.schema.createIndex('transfer_credit').on('transfer').column('credit_account_id').execute();
  await db.schema.createIndex('transfer_reverses').on('transfer').column('reverses').execute();
  await forbidChanges(db, 'transfer');
}

async function createCommands(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('ledger_command')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('body_hash', 'text', c => c.notNull())
    .addColumn('outcome', 'text', c => c.notNull())
    .addColumn('at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('transfer_seal')
    .addColumn('sequence', 'bigint', c => c.primaryKey())
    .addColumn('transfer_id', 'text', c => c.notNull().unique().references('transfer.id'))
    .addColumn('hash', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('transfer_unsealed')
    .addColumn('transfer_id', 'text', c => c.primaryKey())
    .execute();
  await queueUnsealed(db);
}

/** Whoever writes a transfer: it is queued for the chain in the same transaction. */
async function queueUnsealed(db: AnyDb): Promise<void> {
  if (dialectOf(db) === 'sqlite') {
    await sql`create trigger transfer_queue after insert on transfer
      begin insert into transfer_unsealed (transfer_id) values (new.id); end`.execute(db);
    return;
  }
  await sql`create function transfer_queue() returns trigger language plpgsql as
    $$ begin insert into transfer_unsealed (transfer_id) values (new.id); return null; end $$`.execute(db);
  await sql`create trigger transfer_queue after insert on transfer
    for each row execute function transfer_queue()`.execute(db);
}
