import type { Kysely } from 'kysely';

/** Cards and phones of persons, what invites a phone, codes that have paid, and since when a person is on tills without a face. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('card')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('person_id', 'text', c => c.notNull().references('person.id'))
    .addColumn('number', 'text', c => c.notNull().unique())
    .addColumn('added_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('card_person').on('card').column('person_id').execute();
  await db.schema
    .createTable('phone')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('person_id', 'text', c => c.notNull().references('person.id'))
    .addColumn('public_key', 'text', c => c.notNull())
    .addColumn('added_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('phone_person').on('phone').column('person_id').execute();
  await db.schema
    .createTable('phone_invitation')
    .addColumn('person_id', 'text', c => c.primaryKey().references('person.id'))
    .addColumn('code_hash', 'text', c => c.notNull().unique())
    .addColumn('expires_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('used_code')
    .addColumn('person_id', 'text', c => c.notNull())
    .addColumn('code_id', 'text', c => c.notNull())
    .addColumn('order_id', 'text', c => c.notNull())
    .addColumn('at', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('used_code_pk', ['person_id', 'code_id'])
    .execute();
  await db.schema.createIndex('used_code_at').on('used_code').column('at').execute();
  await db.schema.alterTable('gallery_entry').addColumn('faceless_since', 'integer').execute();
}
