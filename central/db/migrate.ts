import { Migrator, sql } from 'kysely';
import { dbErrors } from './errors.js';
import { migrations } from './migrations/index.js';
import type { Db } from './schema.js';

/**
 * Brings the database up to date; several processes that start at once wait for each other.
 * Errors: `database_unusable`, `migration_failed`.
 */
export async function migrate(db: Db): Promise<void> {
  await requireReachable(db);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const step = results?.find(result => result.status === 'Error')?.migrationName ?? '?';
  const problem = error instanceof Error ? error.message : String(error);
  throw dbErrors.migration_failed({ step, problem }, { cause: error });
}

async function requireReachable(db: Db): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw dbErrors.database_unusable({ problem }, { cause });
  }
}
