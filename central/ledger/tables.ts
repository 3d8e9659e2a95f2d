import type { TransferKind } from '../../protocol/staff/index.js';
import type { Flag } from '../db/core-tables.js';

/** A wallet's balance is kept; that of an account without a floor is read from its transfers. */
export interface AccountRow {
  id: string;
  /** `wallet:<person>`, `revenue:<canteen>`, `cash-desk`. */
  key: string;
  person_id: string | null;
  currency: string;
  balance_minor: number;
  held_minor: number;
  floor_minor: number | null;
  created_at: string;
}

/** Never changed: a trigger aborts UPDATE and DELETE. */
export interface TransferRow {
  id: string;
  kind: TransferKind;
  at: string;
  occurred_at: string;
  amount_minor: number;
  currency: string;
  debit_account_id: string;
  credit_account_id: string;
  person_id: string | null;
  balance_after_minor: number | null;
  till_id: string | null;
  order_id: string | null;
  mode: 'online' | 'offline' | null;
  flagged: Flag;
  reverses: string | null;
}

export interface HoldRow {
  id: string;
  account_id: string;
  amount_minor: number;
  state: 'standing' | 'captured' | 'released';
  created_at: string;
  expires_at: string;
}

/** What was asked under an id, and what came of it: the same again gives the same. */
export interface LedgerCommandRow {
  id: string;
  body_hash: string;
  outcome: string;
  at: string;
}

/** The chain over the transfers: each hash covers the one before. */
export interface TransferSealRow {
  sequence: number;
  transfer_id: string;
  hash: string;
}

export interface LedgerTables {
  account: AccountRow;
  transfer: TransferRow;
  hold: HoldRow;
  ledger_command: LedgerCommandRow;
  transfer_seal: TransferSealRow;
}
