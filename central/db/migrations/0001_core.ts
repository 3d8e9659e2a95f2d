import type { Kysely } from 'kysely';
import { bytesType, forbidChanges } from '../dialect.js';

type AnyDb = Kysely<unknown>;

export async function up(db: AnyDb): Promise<void> {
  await createSupport(db);
  await createStaff(db);
  await createPeople(db);
  await createPlaces(db);
  await createDevices(db);
  await createRecords(db);
  await createGallery(db);
}

async function createSupport(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('key', 'text', c => c.primaryKey())
    .addColumn('value', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('counter')
    .addColumn('name', 'text', c => c.primaryKey())
    .addColumn('value', 'bigint', c => c.notNull())
    .execute();
  await db.schema
    .createTable('attempt')
    .addColumn('key', 'text', c => c.primaryKey())
    .addColumn('failures', 'integer', c => c.notNull())
    .addColumn('window_started_at', 'text', c => c.notNull())
    .execute();
}

async function createStaff(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('staff_user')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('username', 'text', c => c.notNull().unique())
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('role', 'text', c => c.notNull())
    .addColumn('password_hash', 'text', c => c.notNull())
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('staff_session')
    .addColumn('token_hash', 'text', c => c.primaryKey())
    .addColumn('staff_id', 'text', c => c.notNull().references('staff_user.id').onDelete('cascade'))
    .addColumn('created_at', 'text', c => c.notNull())
    .addColumn('expires_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('at', 'text', c => c.notNull())
    .addColumn('staff_id', 'text')
    .addColumn('username', 'text', c => c.notNull())
    .addColumn('action', 'text', c => c.notNull())
    .addColumn('subject_kind', 'text', c => c.notNull())
    .addColumn('subject_id', 'text')
    .addColumn('detail', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('audit_subject').on('audit').columns(['subject_kind', 'subject_id']).execute();
  await forbidChanges(db, 'audit');
}

async function createPeople(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('person')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('student_number', 'text', c => c.notNull().unique())
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('name_search', 'text', c => c.notNull())
    .addColumn('building', 'text')
    .addColumn('department', 'text')
    .addColumn('birth_date', 'text')
    .addColumn('valid_until', 'text')
    .addColumn('status', 'text', c => c.notNull())
    .addColumn('created_at', 'text', c => c.notNull())
    .addColumn('updated_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('person_building').on('person').column('building').execute();
  for (const table of ['consent', 'consent_record']) {
    let builder = db.schema
      .createTable(table)
      .addColumn('person_id', 'text', c => c.notNull().references('person.id'))
      .addColumn('purpose', 'text', c => c.notNull())
      .addColumn('granted', 'integer', c => c.notNull())
      .addColumn('given_by', 'text')
      .addColumn('notice_version', 'text')
      .addColumn('changed_at', 'text', c => c.notNull());
    builder =
      table === 'consent'
        ? builder.addPrimaryKeyConstraint('consent_pk', ['person_id', 'purpose'])
        : builder
            .addColumn('id', 'text', c => c.primaryKey())
            .addColumn('recorded_by', 'text', c => c.notNull());
    await builder.execute();
  }
  await forbidChanges(db, 'consent_record');
  await db.schema
    .createTable('template')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('person_id', 'text', c => c.notNull().references('person.id'))
    .addColumn('pack_id', 'text', c => c.notNull())
    .addColumn('sealed', bytesType(db), c => c.notNull())
    .addColumn('quality', 'double precision', c => c.notNull())
    .addColumn('enrolled_at', 'text', c => c.notNull())
    .addColumn('enrolled_by', 'text')
    .execute();
  await db.schema.createIndex('template_person').on('template').column('person_id').execute();
  await db.schema.createIndex('template_pack').on('template').columns(['pack_id', 'id']).execute();
}

async function createPlaces(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('access_point')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('name', 'text', c => c.notNull().unique())
    .addColumn('zone', 'text')
    .addColumn('direction', 'text', c => c.notNull())
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('access_rule')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('access_point_id', 'text', c => c.notNull().references('access_point.id'))
    .addColumn('subject_kind', 'text', c => c.notNull())
    .addColumn('building', 'text')
    .addColumn('person_id', 'text', c => c.references('person.id'))
    .addColumn('windows', 'text', c => c.notNull())
    .addColumn('valid_from', 'text')
    .addColumn('valid_until', 'text')
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('access_rule_person').on('access_rule').column('person_id').execute();
  await db.schema
    .createTable('till')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('name', 'text', c => c.notNull().unique())
    .addColumn('canteen', 'text', c => c.notNull())
    .addColumn('per_meal_limit_minor', 'bigint', c => c.notNull())
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
}

async function createDevices(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('device')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('kind', 'text', c => c.notNull())
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('place_id', 'text', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('public_key', 'text')
    .addColumn('hostname', 'text')
    .addColumn('pairing_code_hash', 'text', c => c.unique())
    .addColumn('pairing_expires_at', 'text')
    .addColumn('last_seen_at', 'text')
    .addColumn('status', 'text')
    .addColumn('digest_matches', 'integer')
    .addColumn('chain', 'integer', c => c.notNull())
    .addColumn('may_restart', 'integer', c => c.notNull())
    .addColumn('last_sequence', 'bigint', c => c.notNull())
    .addColumn('last_hash', 'text', c => c.notNull())
    .addColumn('quarantine_reason', 'text')
    .addColumn('created_at', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('device_nonce')
    .addColumn('device_id', 'text', c => c.notNull().references('device.id').onDelete('cascade'))
    .addColumn('nonce', 'text', c => c.notNull())
    .addColumn('created_s', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('device_nonce_pk', ['device_id', 'nonce'])
    .execute();
  await db.schema.createIndex('device_nonce_created').on('device_nonce').column('created_s').execute();
  await db.schema
    .createTable('device_event')
    .addColumn('device_id', 'text', c => c.notNull().references('device.id'))
    .addColumn('chain', 'integer', c => c.notNull())
    .addColumn('sequence', 'bigint', c => c.notNull())
    .addColumn('id', 'text', c => c.notNull().unique())
    .addColumn('hash', 'text', c => c.notNull())
    .addColumn('kind', 'text', c => c.notNull())
    .addColumn('envelope', 'text', c => c.notNull())
    .addColumn('received_at', 'text', c => c.notNull())
    .addColumn('result', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('device_event_pk', ['device_id', 'chain', 'sequence'])
    .execute();
}

async function createRecords(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('access_entry')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('at', 'text', c => c.notNull())
    .addColumn('received_at', 'text', c => c.notNull())
    .addColumn('device_id', 'text', c => c.notNull().references('device.id'))
    .addColumn('access_point_id', 'text', c => c.notNull().references('access_point.id'))
    .addColumn('decision', 'text', c => c.notNull())
    .addColumn('reason', 'text', c => c.notNull())
    .addColumn('person_id', 'text', c => c.references('person.id'))
    .addColumn('evidence', 'text', c => c.notNull())
    .execute();
  await db.schema.createIndex('access_entry_at').on('access_entry').columns(['at', 'id']).execute();
  await db.schema
    .createIndex('access_entry_person')
    .on('access_entry')
    .columns(['person_id', 'at', 'id'])
    .execute();
  await db.schema
    .createIndex('access_entry_point')
    .on('access_entry')
    .columns(['access_point_id', 'at', 'id'])
    .execute();
  await db.schema
    .createTable('erasure_receipt')
    .addColumn('device_id', 'text', c => c.notNull().references('device.id'))
    .addColumn('person_id', 'text', c => c.notNull())
    .addColumn('revision', 'bigint', c => c.notNull())
    .addColumn('at', 'text', c => c.notNull())
    .addColumn('received_at', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('erasure_receipt_pk', ['device_id', 'person_id', 'revision'])
    .execute();
  await db.schema.createIndex('erasure_receipt_person').on('erasure_receipt').column('person_id').execute();
}

async function createGallery(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('gallery_entry')
    .addColumn('purpose', 'text', c => c.notNull())
    .addColumn('person_id', 'text', c => c.notNull())
    .addColumn('revision', 'bigint', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('content_hash', 'text', c => c.notNull())
    .addColumn('body', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('gallery_entry_pk', ['purpose', 'person_id'])
    .execute();
  await db.schema
    .createIndex('gallery_entry_revision')
    .unique()
    .on('gallery_entry')
    .columns(['purpose', 'revision'])
    .execute();
}
