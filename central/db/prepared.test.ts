import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createTestDatabase, postgresUrl } from '../testing.js';

describe.skipIf(!postgresUrl)('prepared statements (PORTER_TEST_POSTGRES)', () => {
  test('that another process outdated by a migration fail once at most, and work again after that', async () => {
    const database = await createTestDatabase('postgres');
    const { db } = database;
    const other = database.reopen();
    await sql`create table thing (id integer primary key)`.execute(db);
    await sql`insert into thing values (1)`.execute(db);
    const read = () => sql`select * from thing where id = ${1}`.execute(db);
    for (let i = 0; i < 3; i++) expect((await read()).rows).toEqual([{ id: 1 }]);
    await sql`alter table thing add column name text`.execute(other);
    await read().catch(error => expect(error).toMatchObject({ code: '0A000' }));
    expect((await read()).rows).toEqual([{ id: 1, name: null }]);
    await other.destroy();
    await database.drop();
  });

  test('of a text are prepared once a connection, whatever their values', async () => {
    const database = await createTestDatabase('postgres');
    const { db } = database;
    await db.connection().execute(async one => {
      for (let i = 0; i < 5; i++) await sql`select ${i}::integer + 1`.execute(one);
      const { rows } =
        await sql`select statement from pg_prepared_statements where statement like ${'%::integer + 1'}`.execute(
          one,
        );
      expect(rows).toHaveLength(1);
    });
    await database.drop();
  });
});

test('on SQLite, a statement that is kept sees columns that were added since', async () => {
  const database = await createTestDatabase('sqlite');
  const { db } = database;
  await sql`create table thing (id integer primary key)`.execute(db);
  await sql`insert into thing values (1)`.execute(db);
  const read = () => sql`select * from thing where id = ${1}`.execute(db);
  for (let i = 0; i < 3; i++) expect((await read()).rows).toEqual([{ id: 1 }]);
  const other = database.reopen();
  await sql`alter table thing add column name text`.execute(other);
  await other.destroy();
  expect((await read()).rows).toEqual([{ id: 1, name: null }]);
  await database.drop();
});
