import type { Account } from '../../protocol/staff/index.js';
import { type Db, dialectOf, type Trx } from '../db/index.js';
import type { AccountRow, LedgerStore } from '../ledger/index.js';

export interface AccountNeeds {
  readonly ledger: LedgerStore;
  readonly currency: string;
}

export const walletKey = (personId: string): string => `wallet:${personId}`;
const subsidyPrefix = 'subsidy:';
export const subsidyKey = (grantId: string): string => `${subsidyPrefix}${grantId}`;
export const isSubsidy = (key: string): boolean => key.startsWith(subsidyPrefix);

/** A person's wallet may not go below zero, unless an overdraft is agreed. */
export const openWallet = (trx: Trx, { ledger, currency }: AccountNeeds, personId: string) =>
  ledger.account(trx, { key: walletKey(personId), currency, floor_minor: 0, personId });

/** What a canteen takes; without a floor, so that no payment waits for another. */
export const openRevenue = (trx: Trx, { ledger, currency }: AccountNeeds, canteen: string) =>
  ledger.account(trx, { key: `revenue:${canteen}`, currency, floor_minor: null });

export const openCashDesk = (trx: Trx, { ledger, currency }: AccountNeeds) =>
  ledger.account(trx, { key: 'cash-desk', currency, floor_minor: null });

/** What a provider of payments by phone has received for the campus. */
export const openProviderAccount = (trx: Trx, { ledger, currency }: AccountNeeds, provider: string) =>
  ledger.account(trx, { key: `provider:${provider}`, currency, floor_minor: null });

/** Where subsidies come from, and where what is left of them goes. */
export const openSubsidyFund = (trx: Trx, { ledger, currency }: AccountNeeds) =>
  ledger.account(trx, { key: 'subsidy-fund', currency, floor_minor: null });

/** A person's accounts, locked in the order of their ids before anything is decided from them. */
export interface Purse {
  readonly wallet: AccountRow | undefined;
  readonly subsidies: readonly AccountRow[];
}

export async function lockPurse(trx: Trx, personId: string): Promise<Purse> {
  const accounts = trx.selectFrom('account').selectAll().where('person_id', '=', personId).orderBy('id');
  const rows = await (dialectOf(trx) === 'postgres' ? accounts.forNoKeyUpdate() : accounts).execute();
  return {
    wallet: rows.find(row => row.key === walletKey(personId)),
    subsidies: rows.filter(row => isSubsidy(row.key)),
  };
}

export async function readAccount(db: Db, personId: string, currency: string): Promise<Account> {
  const rows = await db
    .selectFrom('account')
    .select(['key', 'balance_minor', 'held_minor', 'floor_minor', 'currency'])
    .where('person_id', '=', personId)
    .execute();
  const wallet = rows.find(row => row.key === walletKey(personId));
  const subsidies = rows.filter(row => isSubsidy(row.key));
  return {
    personId,
    balance_minor: wallet?.balance_minor ?? 0,
    held_minor: rows.reduce((sum, row) => sum + row.held_minor, 0),
    currency: wallet?.currency ?? currency,
    ...(wallet?.floor_minor ? { overdraft_minor: -wallet.floor_minor } : {}),
    ...(subsidies.length > 0
      ? { subsidy_minor: subsidies.reduce((sum, row) => sum + row.balance_minor, 0) }
      : {}),
  };
}
