import type { Account } from '../../protocol/staff/index.js';
import type { Db, Trx } from '../db/index.js';
import type { LedgerStore } from '../ledger/index.js';

export interface AccountNeeds {
  readonly ledger: LedgerStore;
  readonly currency: string;
}

export const walletKey = (personId: string): string => `wallet:${personId}`;

/** A person's wallet may not go below zero. */
export const openWallet = (trx: Trx, { ledger, currency }: AccountNeeds, personId: string) =>
  ledger.account(trx, { key: walletKey(personId), currency, floor_minor: 0, personId });

/** What a canteen takes; without a floor, so that no payment waits for another. */
export const openRevenue = (trx: Trx, { ledger, currency }: AccountNeeds, canteen: string) =>
  ledger.account(trx, { key: `revenue:${canteen}`, currency, floor_minor: null });

export const openCashDesk = (trx: Trx, { ledger, currency }: AccountNeeds) =>
  ledger.account(trx, { key: 'cash-desk', currency, floor_minor: null });

export async function readAccount(db: Db, personId: string, currency: string): Promise<Account> {
  const row = await db
    .selectFrom('account')
    .select(['balance_minor', 'held_minor', 'currency'])
    .where('key', '=', walletKey(personId))
    .executeTakeFirst();
  return { personId, ...(row ?? { balance_minor: 0, held_minor: 0, currency }) };
}
