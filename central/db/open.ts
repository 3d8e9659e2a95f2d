import { closeSync, openSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { dbErrors } from './errors.js';
import { keepStatements, prepareStatements } from './prepared.js';
import type { Database, Db } from './schema.js';

export type DatabaseAddress = { readonly file: string } | { readonly url: string };

const busyTimeout_ms = 5_000;
const poolConnections = 10;
const int8Oid = 20;

/**
 * SQLite from a file (one connection: statements outside a running transaction wait for its end, so inside a transaction
 * only its own handle may be used) or PostgreSQL by URL. Errors: `database_unusable`.
 */
export function openDatabase(address: DatabaseAddress): Db {
  return 'url' in address ? openPostgres(address.url) : openSqlite(address.file);
}

function openSqlite(file: string): Db {
  const database = openFile(file);
  const synchronous = database.pragma('synchronous', { simple: true });
  if (synchronous !== 2) {
    database.close();
    throw dbErrors.database_unusable({ problem: `synchronous is ${synchronous}, not FULL` });
  }
  keepStatements(database);
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
}

function openFile(file: string): Sqlite.Database {
  try {
    // Made before SQLite does, so that nobody else may read it.
    closeSync(openSync(file, 'a', 0o600));
    const database = new Sqlite(file, { timeout: busyTimeout_ms });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('secure_delete = ON');
    return database;
  } catch (cause) {
    throw dbErrors.database_unusable({ problem: cause instanceof Error ? cause.message : file }, { cause });
  }
}

function openPostgres(url: string): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolConnections,
    types: {
      getTypeParser: (oid, format) => (oid === int8Oid ? readInt8 : pg.types.getTypeParser(oid, format)),
    },
  });
  // An idle connection that breaks is replaced by the pool at the next use.
  pool.on('error', () => {});
  prepareStatements(pool);
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw dbErrors.database_unusable({ problem: `${text} is no safe integer` });
  return value;
}
