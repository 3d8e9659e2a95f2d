import type { Kysely, Transaction } from 'kysely';
import type { LedgerTables } from '../ledger/tables.js';
import type { CoreTables } from './core-tables.js';

export type Database = CoreTables & LedgerTables;
export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;
