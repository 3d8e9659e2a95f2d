import type { Kysely } from 'kysely';

type AnyDb = Kysely<unknown>;

/** Liveness drills at gates, and what was held up. */
export async function up(db: AnyDb): Promise<void> {
  await db.schema
    .createTable('drill')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('device_id', 'text', c => c.notNull().references('device.id'))
    .addColumn('presented', 'text', c => c.notNull())
    .addColumn('started_at', 'text', c => c.notNull())
    .addColumn('started_by', 'text', c => c.notNull())
    .addColumn('ends_at', 'text', c => c.notNull())
    .addColumn('ended_at', 'text')
    .execute();
  await db.schema.createIndex('drill_device').on('drill').columns(['device_id', 'started_at']).execute();
  await db.schema
    .createTable('drill_presentation')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('drill_id', 'text', c => c.notNull().references('drill.id'))
    .addColumn('at', 'text', c => c.notNull())
    .addColumn('received_at', 'text', c => c.notNull())
    .addColumn('outcome', 'text', c => c.notNull())
    .addColumn('detail', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createIndex('drill_presentation_drill')
    .on('drill_presentation')
    .columns(['drill_id'])
    .execute();
}
