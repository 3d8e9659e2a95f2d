import type { Kysely, Transaction } from 'kysely';
import type { CanteenTables } from '../canteen/tables.js';
import type { DrillTables } from '../drill/tables.js';
import type { LedgerTables } from '../ledger/tables.js';
import type { CoreTables } from './core-tables.js';

export type Database = CoreTables & LedgerTables & CanteenTables & DrillTables;
export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;
