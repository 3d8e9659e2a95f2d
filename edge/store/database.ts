import Database from 'better-sqlite3';
import { storeErrors } from './errors.js';

export type SqliteDatabase = Database.Database;

const schemaVersion = 1;

const schema = `
create table meta (key text primary key, value text not null) without rowid;
create table outbox (
  sequence integer primary key,
  id text not null unique,
  envelope text not null,
  outcome text,
  settled_at text
);
create index outbox_unsent on outbox (sequence) where outcome is null;
create table orders (
  order_id text primary key,
  state text not null,
  person_id text,
  amount_minor integer not null,
  currency text not null,
  created_at text not null,
  updated_at text not null
) without rowid;
create index orders_unfinished on orders (state) where state in ('open', 'holding', 'held');
create table meals (
  order_id text primary key,
  event_id text not null unique,
  person_id text not null,
  amount_minor integer not null,
  day text not null,
  mode text not null,
  paid_at_ms integer not null,
  acknowledged integer not null default 0
) without rowid;
create index meals_person on meals (person_id, day);
create index meals_open on meals (acknowledged) where acknowledged = 0;
create table gallery (
  person_id text primary key,
  revision integer not null,
  content_hash text not null,
  person blob not null
) without rowid;
`;

/**
 * Opens the device's one file. WAL with synchronous=FULL: a commit is on disk when it returns (read back, since the SQLite that
 * better-sqlite3 builds defaults to NORMAL in WAL mode).
 */
export function openDatabase(path: string): SqliteDatabase {
  let db: SqliteDatabase | undefined;
  try {
    db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('synchronous=FULL was not taken');
    db.pragma('busy_timeout = 5000');
    const problem = db.pragma('quick_check(1)', { simple: true });
    if (problem !== 'ok') throw storeErrors.store_corrupt({ path, problem: String(problem) });
    migrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw asCorruption(error, path);
  }
}

function migrate(db: SqliteDatabase, path: string): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > schemaVersion) throw storeErrors.store_newer({ path, found, known: schemaVersion });
  if (found === schemaVersion) return;
  db.transaction(() => {
    db.exec(schema);
    db.pragma(`user_version = ${schemaVersion}`);
  })();
}

const codeOf = (error: unknown): string => (error instanceof Database.SqliteError ? error.code : '');

function asCorruption(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return storeErrors.store_corrupt({ path, problem: code }, { cause: error });
  }
  return error;
}

const fullCodes = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'];

/** Runs a write; a disk that is full or broken becomes the coded error `disk_full`. */
export function writing<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (fullCodes.some(code => codeOf(error).startsWith(code)))
      throw storeErrors.disk_full({}, { cause: error });
    throw error;
  }
}
