import type { Trx } from '../db/index.js';
import type { Purse } from './accounts.js';

/** Accounts of the subsidies that may pay for a meal, the one that ends first first. */
export async function usableSubsidies(
  trx: Trx,
  { subsidies }: Purse,
  { at, mealPeriod }: { at: Date; mealPeriod?: string | undefined },
): Promise<string[]> {
  const filled = subsidies.filter(row => row.balance_minor > 0).map(row => row.id);
  if (filled.length === 0) return [];
  const rows = await trx
    .selectFrom('subsidy_grant')
    .select(['account_id', 'periods'])
    .where('account_id', 'in', filled)
    .where('state', '=', 'open')
    .where('valid_from', '<=', at.toISOString())
    .where('expires_at', '>', at.toISOString())
    .orderBy('expires_at')
    .orderBy('id')
    .execute();
  return rows
    .filter(({ periods }) => {
      if (periods === null) return true;
      return mealPeriod !== undefined && (JSON.parse(periods) as string[]).includes(mealPeriod);
    })
    .map(row => row.account_id);
}
