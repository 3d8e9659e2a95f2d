import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, onEachDatabase, type TestDatabase } from '../testing.js';
import { dialectOf, migrate, openDatabase } from './index.js';

onEachDatabase(dialect => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
  });
  afterEach(() => database.drop());

  test('migrations run once, also when two processes start together', async () => {
    const other = database.reopen();
    await Promise.all([migrate(database.db), migrate(other)]);
    await other.destroy();
    expect(dialectOf(database.db)).toBe(dialect);
    expect(await database.db.selectFrom('person').selectAll().execute()).toEqual([]);
  });

  test('large whole numbers come back as numbers', async () => {
    const value = 1_000_000_000_000;
    await database.db.insertInto('counter').values({ name: 'big', value }).execute();
    const row = await database.db
      .selectFrom('counter')
      .select('value')
      .where('name', '=', 'big')
      .executeTakeFirst();
    expect(row).toEqual({ value });
  });

  test('a row that refers to nothing is refused', async () => {
    const orphan = { person_id: 'nobody', purpose: 'door', granted: 1, changed_at: 'now' } as const;
    await expect(database.db.insertInto('consent').values(orphan).execute()).rejects.toThrow(/foreign key/i);
  });
});

describe('an SQLite file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'porter-db-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('is written through to the disk at every commit, and nobody else may read it', async () => {
    const file = join(directory, 'central.sqlite');
    const db = openDatabase({ file });
    const pragma = async (name: string) =>
      Object.values(
        (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {},
      )[0];
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('foreign_keys')).toBe(1);
    expect(statSync(file).mode & 0o077).toBe(0);
    await db.destroy();
  });

  test.each(['a folder that is not there', 'a file that is no database'])(
    'that is %s is a coded error',
    kind => {
      const file = join(directory, kind.includes('folder') ? 'absent/central.sqlite' : 'other.sqlite');
      if (!kind.includes('folder')) writeFileSync(file, 'x'.repeat(4096));
      expect(() => openDatabase({ file })).toThrow(expect.objectContaining({ code: 'database_unusable' }));
    },
  );
});
