export { type LedgerVerdict, sealTransfers, startSealer, verifyLedger } from './chain.js';
export { ledgerErrors } from './errors.js';
export { createLedgerStore, type LedgerStore, type Outcome, type TransferContext } from './store.js';
export type { LedgerTables, TransferRow } from './tables.js';
