import type { Kysely } from 'kysely';

/** Who may open a shift at the tills of a canteen, with the verifier of their PIN. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cashier')
    .addColumn('id', 'text', c => c.primaryKey())
    .addColumn('canteen', 'text', c => c.notNull())
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('pin', 'text', c => c.notNull())
    .addColumn('added_at', 'text', c => c.notNull())
    .addUniqueConstraint('cashier_name', ['canteen', 'name'])
    .execute();
}
