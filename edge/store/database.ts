import { existsSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { storeErrors } from './errors.js';

export type SqliteDatabase = Database.Database;

/** One step each, never changed once it was released; `user_version` counts those that a file has been through. */
const migrations = [
  `
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
`,
  // In which fetching of the whole gallery a person was last seen.
  `
alter table gallery add column seen_in integer not null default 0;
delete from meta where key in ('cursor', 'snapshot-seen');
`,
  // Shifts, and what was served in the last days: the cashier's totals and refunds outlive central's acknowledgement.
  `
create table shifts (
  shift_id text primary key,
  cashier text not null,
  opened_at text not null,
  closed_at text
) without rowid;
create unique index shifts_open on shifts (closed_at is null) where closed_at is null;
create table served (
  order_id text primary key,
  shift_id text,
  person_id text not null,
  amount_minor integer not null,
  currency text not null,
  mode text not null,
  paid_at text not null,
  refund_shift_id text,
  refunded_at text
) without rowid;
create index served_shift on served (shift_id);
create index served_refund on served (refund_shift_id) where refund_shift_id is not null;
`,
  // Codes of phones, each for one order, and wrong PINs: a restart forgets neither.
  `
create table used_codes (code_id text primary key, order_id text not null, used_at_ms integer not null) without rowid;
create table wrong_pins (person_id text primary key, count integer not null, last_ms integer not null) without rowid;
`,
];

/**
 * Opens the device's one file. WAL with synchronous=FULL: a commit is on disk when it returns (read back, since the SQLite that
 * better-sqlite3 builds defaults to NORMAL in WAL mode). Deleted rows are overwritten: an erased person is gone from the file.
 * @throws store_corrupt, store_newer, disk_full
 */
export function openDatabase(path: string): SqliteDatabase {
  let db: SqliteDatabase | undefined;
  try {
    db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('synchronous=FULL was not taken');
    db.pragma('secure_delete = ON');
    db.pragma('busy_timeout = 5000');
    const problem = db.pragma('quick_check(1)', { simple: true });
    if (problem !== 'ok') throw storeErrors.store_corrupt({ path, problem: String(problem) });
    migrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw codedError(error, path);
  }
}

function migrate(db: SqliteDatabase, path: string): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > migrations.length) throw storeErrors.store_newer({ path, found, known: migrations.length });
  for (let version = found; version < migrations.length; version++) {
    db.transaction(() => {
      db.exec(migrations[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    })();
  }
}

const fullCodes = [
  ...['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'],
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'],
];
const corruptCodes = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/** A disk that is full or broken as `disk_full`, a damaged file as `store_corrupt`, anything else as it is. */
export function codedError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (fullCodes.some(known => code.startsWith(known))) return storeErrors.disk_full({}, { cause: error });
  if (corruptCodes.some(known => code.startsWith(known))) {
    return storeErrors.store_corrupt({ path, problem: code }, { cause: error });
  }
  return error;
}

/** Overwrites what deletions have left in the write-ahead log. Does nothing while somebody reads, or when the disk is full. */
export function truncateLog(db: SqliteDatabase): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {}
}

/** The files of a damaged store, put beside under a name with `stamp`. Unsent events in them are not lost. Gives the new path. */
export function setAside(path: string, stamp: string): string {
  const aside = `${path}.damaged-${stamp.replaceAll(/[^0-9TZ]/g, '')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
