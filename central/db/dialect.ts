import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

export type DialectName = 'sqlite' | 'postgres';

export function dialectOf<T>(db: Kysely<T>): DialectName {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';
}

/** The column type for bytes. */
export function bytesType<T>(db: Kysely<T>): RawBuilder<unknown> {
  return dialectOf(db) === 'postgres' ? sql`bytea` : sql`blob`;
}

/** Makes UPDATE and DELETE on a table abort, whoever asks. For migrations. */
export async function forbidChanges<T>(db: Kysely<T>, table: string): Promise<void> {
  const message = `${table} is append-only`;
  if (dialectOf(db) === 'sqlite') {
    for (const verb of ['update', 'delete']) {
      await sql
        .raw(
          `create trigger ${table}_no_${verb} before ${verb} on ${table} begin select raise(abort, '${message}'); end`,
        )
        .execute(db);
    }
    return;
  }
  await sql
    .raw(
      `create function ${table}_append_only() returns trigger language plpgsql as $$ begin raise exception '${message}'; end $$`,
    )
    .execute(db);
  await sql
    .raw(
      `create trigger ${table}_append_only before update or delete or truncate on ${table} for each statement execute function ${table}_append_only()`,
    )
    .execute(db);
}
