import type Sqlite from 'better-sqlite3';
import type pg from 'pg';

/** Statements longer than this, and more of them than that, are not kept: lists of changing length would fill the server's memory. */
const longest_characters = 4_000;
const mostStatements = 500;
/** PostgreSQL: "cached plan must not change result type", after somebody else has migrated the schema. */
const planOutdated = '0A000';

/**
 * Makes connections prepare each parametrised statement once and name it afterwards, so that the server neither parses nor plans it
 * again; that is about a third of what a payment costs. Statements whose plans are outdated get new names, and are so prepared anew.
 */
export function prepareStatements(pool: pg.Pool): void {
  const names = new Map<string, string>();
  let generation = 0;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (text.length > longest_characters || names.size >= mostStatements) return undefined;
    const name = `porter_${generation}_${names.size}`;
    names.set(text, name);
    return name;
  };
  pool.on('connect', client => {
    const plain = client.query.bind(client) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]): unknown => {
      const [text, values] = args;
      const isParametrised = typeof text === 'string' && Array.isArray(values) && values.length > 0;
      const name = isParametrised && args.length === 2 ? nameOf(text) : undefined;
      if (name === undefined) return plain(...args);
      return (plain({ name, text, values }) as Promise<unknown>).catch(error => {
        if ((error as { code?: string }).code === planOutdated) {
          generation++;
          names.clear();
        }
        throw error;
      });
    };
    client.query = query as typeof client.query;
  });
}

const changesSchema = /^\s*(create|alter|drop|vacuum)/i;

/** The same for SQLite, where the one connection keeps its statements until the schema changes. */
export function keepStatements(database: Sqlite.Database): void {
  const kept = new Map<string, Sqlite.Statement>();
  const prepare = database.prepare.bind(database);
  const keeping = (text: string): Sqlite.Statement => {
    if (changesSchema.test(text)) {
      kept.clear();
      return prepare(text);
    }
    // One that is being read row by row cannot be run again meanwhile.
    const known = kept.get(text);
    if (known && !known.busy) return known;
    const statement = prepare(text);
    if (text.length <= longest_characters && kept.size < mostStatements) kept.set(text, statement);
    return statement;
  };
  database.prepare = keeping as typeof database.prepare;
}
