import type { Kysely } from 'kysely';
import { forbidChanges } from '../dialect.js';

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
  await db.schema
    .createTable('hold')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('account_id', 'text', c => c.notNull().references('account.id'))
    .addColumn('amount_minor', 'bigint', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('created_at', 'text', c => c.notNull())
    .addColumn('expires_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('hold_account').on('hold').columns(['account_id', 'state']).execute();
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
    .addColumn('debit_account_id', 'text', c => c.notNull().references('account.id'))
    .addColumn('credit_account_id', 'text', c => c.notNull().references('account.id'))
    .addColumn('person_id', 'text')
    .addColumn('balance_after_minor', 'bigint')
    .addColumn('till_id', 'text')
    .addColumn('order_id', 'text')
    .addColumn('mode', 'text')
    .addColumn('flagged', 'integer', c => c.notNull())
    .addColumn('reverses', 'text')
    .execute();
  await db.schema.createIndex('transfer_at').on('transfer').columns(['at', 'id']).execute();
  await db.schema.createIndex('transfer_person').on('transfer').columns(['person_id', 'at', 'id']).execute();
  await db.schema.createIndex('transfer_meals').on('transfer').columns(['kind', 'occurred_at']).execute();
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
}
