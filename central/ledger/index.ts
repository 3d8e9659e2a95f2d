export { sealTransfers, startSealer } from './chain.js';
export { ledgerErrors } from './errors.js';
export type { HoldLeg, RejectionReason } from './kernel.js';
export { lockId, shareId, sweepHolds } from './state.js';
export {
  type AccountState,
  createLedgerStore,
  type LedgerStore,
  type Outcome,
  type TransferContext,
} from './store.js';
export type { AccountRow, LedgerTables, TransferRow } from './tables.js';
export { type LedgerVerdict, verifyLedger } from './verify.js';
