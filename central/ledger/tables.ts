import type { FlagReason, TransferKind } from '../../protocol/staff/index.js';

/** A balance is kept where there is a floor; that of an account without one is read from its transfers. */
export interface AccountRow {
  id: string;
  /** `wallet:<person>`, `subsidy:<grant>`, `revenue:<canteen>`, `cash-desk`, `provider:<name>`, `subsidy-fund`. */
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
  /** Of the person's account that the transfer moved. */
  balance_after_minor: number | null;
  till_id: string | null;
  order_id: string | null;
  mode: 'online' | 'offline' | null;
  flag: FlagReason | null;
  reverses: string | null;
  canteen: string | null;
  /** Date and period in which the meal was eaten; a refund has those of its meal. */
  meal_date: string | null;
  meal_period: string | null;
  /** Day of the canteen's books; later than the meal's date when that was closed. */
  business_day: string | null;
  /** Where the till stood then. */
  stall: string | null;
}

export interface HoldRow {
  id: string;
  /** JSON of `HoldLeg[]`. */
  legs: string;
  state: 'standing' | 'captured' | 'released';
  till_id: string | null;
  created_at: string;
  expires_at: string;
}

/** The legs of holds that stand; gone once a hold is captured or released. */
export interface StandingHoldRow {
  account_id: string;
  hold_id: string;
  amount_minor: number;
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

/** Transfers that wait for their place in the chain; filled by a trigger. */
export interface TransferUnsealedRow {
  transfer_id: string;
}

export interface LedgerTables {
  account: AccountRow;
  transfer: TransferRow;
  hold: HoldRow;
  standing_hold: StandingHoldRow;
  ledger_command: LedgerCommandRow;
  transfer_seal: TransferSealRow;
  transfer_unsealed: TransferUnsealedRow;
}
