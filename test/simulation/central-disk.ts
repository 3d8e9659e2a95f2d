import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Db } from '../../central/db/index.js';
import { Gone, type Life } from './disk.js';

/** Central's database in memory. A central can be made to end at any of its statements. */
export interface CentralDisk {
  open(life: Life): Db;
  /** Ends central at the n-th statement from now on; at a commit, before or after it. */
  killAtStatement(n: number, at: { readonly afterCommit: boolean }): void;
  /** Every third commit is made to roll back, to see that the auditor notices. */
  losesCommits: boolean;
  readonly raw: Database.Database;
}

export function createCentralDisk(options: {
  readonly image: Buffer;
  readonly onKill: () => void;
}): CentralDisk {
  const raw = new Database(options.image);
  raw.pragma('foreign_keys = ON');
  const statements = new Map<string, Database.Statement>();
  let left = Number.POSITIVE_INFINITY;
  let afterCommit = false;
  let commits = 0;
  const disk: CentralDisk = {
    raw,
    losesCommits: false,
    killAtStatement(n, at) {
      left = n;
      ({ afterCommit } = at);
    },
    open(life) {
      const database = { prepare: (sql: string) => guarded(life, sql), close: () => {} };
      return new Kysely({ dialect: new SqliteDialect({ database: database as never }) });
    },
  };

  const kill = (sql: string): never => {
    left = Number.POSITIVE_INFINITY;
    if (raw.inTransaction) raw.exec(sql === 'commit' && afterCommit ? 'commit' : 'rollback');
    options.onKill();
    throw new Gone('central was killed');
  };
  const prepared = (sql: string): Database.Statement => {
    const known = statements.get(sql) ?? raw.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  function guarded(life: Life, sql: string) {
    const isLost = disk.losesCommits && sql === 'commit' && commits++ % 3 === 2;
    const statement = prepared(isLost ? 'rollback' : sql);
    const point = (): void => {
      if (!life.alive) throw new Gone('central is gone');
      if (left-- <= 0) kill(sql);
    };
    return {
      reader: statement.reader,
      all(parameters: unknown[]) {
        point();
        return statement.all(parameters);
      },
      run(parameters: unknown[]) {
        point();
        return statement.run(parameters);
      },
    };
  }
  return disk;
}
