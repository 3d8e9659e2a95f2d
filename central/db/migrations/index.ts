import type { Migration } from 'kysely';
import * as core from './0001_core.js';
import * as ledger from './0002_ledger.js';
import * as canteen from './0020_canteen.js';
import * as stalls from './0021_stalls.js';
import * as drill from './0030_drill.js';
import * as topUpOrders from './0031_top_up_orders.js';
import * as pricing from './0032_pricing.js';
import * as pin from './0033_pin.js';
import * as credentials from './0034_credentials.js';
import * as cashiers from './0035_cashiers.js';

/** In the order of their names; a released one is never edited. */
export const migrations: Record<string, Migration> = {
  '0001_core': core,
  '0002_ledger': ledger,
  '0020_canteen': canteen,
  '0021_stalls': stalls,
  '0030_drill': drill,
  '0031_top_up_orders': topUpOrders,
  '0032_pricing': pricing,
  '0033_pin': pin,
  '0034_credentials': credentials,
  '0035_cashiers': cashiers,
};
