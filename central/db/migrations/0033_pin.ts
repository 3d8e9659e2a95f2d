import type { Kysely } from 'kysely';

/** JSON of the verifier of a person's PIN for tills. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('person').addColumn('pin', 'text').execute();
}
