import type { Kysely } from 'kysely';

/** What a till charges besides amounts that are typed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('till').addColumn('pricing', 'text').execute();
}
