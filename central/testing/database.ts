import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { newId } from '../../protocol/index.js';
import { type Db, migrate, openDatabase } from '../db/index.js';

export interface TestDatabase {
  readonly db: Db;
  /** Opens the same database once more, as another process would. */
  reopen(): Db;
  drop(): Promise<void>;
}

/** `postgres://…/postgres` of a server where databases may be made; absent: PostgreSQL is not tested. */
export const postgresUrl = process.env.PORTER_TEST_POSTGRES;

export type TestDialect = 'sqlite' | 'postgres';

/** An empty, migrated database of its own. */
export async function createTestDatabase(dialect: TestDialect = 'sqlite'): Promise<TestDatabase> {
  return dialect === 'postgres' ? onPostgres() : onSqlite();
}

async function onSqlite(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'porter-central-'));
  const file = join(directory, 'central.sqlite');
  const db = openDatabase({ file });
  await migrate(db);
  return {
    db,
    reopen: () => openDatabase({ file }),
    drop: async () => {
      await db.destroy();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function onPostgres(): Promise<TestDatabase> {
  if (!postgresUrl) throw new Error('PORTER_TEST_POSTGRES is not set');
  const name = `porter_test_${newId().replaceAll('-', '')}`;
  await asAdmin(`create database ${name}`);
  // Not through `URL`: it refuses `postgres://user@/name?host=/socket/folder`.
  const url = postgresUrl.replace(/^(postgres(?:ql)?:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`);
  const db = openDatabase({ url });
  await migrate(db);
  return {
    db,
    reopen: () => openDatabase({ url }),
    drop: async () => {
      await db.destroy();
      await asAdmin(`drop database ${name} with (force)`);
    },
  };
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
