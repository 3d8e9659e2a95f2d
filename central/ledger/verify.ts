import { type Db, dialectOf, type Trx } from '../db/index.js';
import { firstHash, sealOf } from './chain.js';
import type { HoldLeg } from './kernel.js';
import type { TransferRow } from './tables.js';

const batch = 1_000;

export interface LedgerVerdict {
  readonly transfers: number;
  readonly sealed: number;
  readonly wallets: number;
  /** The chain's last hash: written down elsewhere, it shows that nothing was cut off the end. */
  readonly head: string;
  /** The first thing that does not hold; absent when all does. */
  readonly problem?: string;
}

type Finding = string | undefined;

/**
 * Recomputes the chain, every kept balance, every sum of holds and of reversals, from one moment's state of the database.
 * `earlierHead`: a hash that was the chain's last at some time; it must still be in it.
 */
export async function verifyLedger(
  db: Db,
  { earlierHead }: { readonly earlierHead?: string } = {},
): Promise<LedgerVerdict> {
  const snapshot = db.transaction();
  const run = dialectOf(db) === 'postgres' ? snapshot.setIsolationLevel('repeatable read') : snapshot;
  return run.execute(async trx => {
    const chain = await walkChain(trx);
    const counts = { transfers: await countOf(trx, 'transfer'), wallets: await countWallets(trx) };
    const waiting = await countOf(trx, 'transfer_unsealed');
    const problem =
      chain.problem ??
      (await checkEarlierHead(trx, earlierHead)) ??
      (await checkQueue(trx, counts.transfers, chain.sealed + waiting)) ??
      (await checkAccounts(trx)) ??
      (await checkBalances(trx)) ??
      (await checkHolds(trx)) ??
      (await checkReversals(trx));
    return { ...counts, sealed: chain.sealed, head: chain.head, ...(problem ? { problem } : {}) };
  });
}

async function walkChain(trx: Trx): Promise<{ sealed: number; head: string; problem?: string }> {
  let head = firstHash;
  let sealed = 0;
  for (;;) {
    const rows = await trx
      .selectFrom('transfer_seal')
      .leftJoin('transfer', 'transfer.id', 'transfer_seal.transfer_id')
      .selectAll('transfer')
      .select(['transfer_seal.sequence', 'transfer_seal.hash as seal', 'transfer_seal.transfer_id'])
      .where('transfer_seal.sequence', '>', sealed)
      .orderBy('transfer_seal.sequence')
      .limit(batch)
      .execute();
    for (const { sequence, seal, transfer_id, ...transfer } of rows) {
      const found = { sealed, head };
      if (sequence !== sealed + 1) return { ...found, problem: `the chain lacks number ${sealed + 1}` };
      if (transfer.id === null) return { ...found, problem: `transfer ${transfer_id} is missing` };
      const hash = sealOf(head, transfer as TransferRow);
      if (hash !== seal) {
        return { ...found, problem: `transfer ${transfer_id} (number ${sequence}) was altered` };
      }
      head = hash;
      sealed++;
    }
    if (rows.length < batch) return { sealed, head };
  }
}

/** A chain whose end was cut off, or that was made anew, lacks what was written down of it. */
async function checkEarlierHead(trx: Trx, head: string | undefined): Promise<Finding> {
  if (head === undefined || head === firstHash) return undefined;
  const seal = await trx
    .selectFrom('transfer_seal')
    .select('sequence')
    .where('hash', '=', head)
    .executeTakeFirst();
  return seal ? undefined : `the chain does not contain the earlier head ${head}`;
}

/** A transfer is either in the chain or waits for it. */
async function checkQueue(trx: Trx, transfers: number, accountedFor: number): Promise<Finding> {
  if (transfers === accountedFor) return undefined;
  const stray = await trx
    .selectFrom('transfer')
    .leftJoin('transfer_seal', 'transfer_seal.transfer_id', 'transfer.id')
    .leftJoin('transfer_unsealed', 'transfer_unsealed.transfer_id', 'transfer.id')
    .select('transfer.id')
    .where('transfer_seal.transfer_id', 'is', null)
    .where('transfer_unsealed.transfer_id', 'is', null)
    .orderBy('transfer.id')
    .limit(1)
    .executeTakeFirst();
  return stray
    ? `transfer ${stray.id} is neither in the chain nor on its way there`
    : `there are ${transfers} transfers, and ${accountedFor} in the chain or on their way there`;
}

async function checkAccounts(trx: Trx): Promise<Finding> {
  const stray = await trx
    .selectFrom('transfer')
    .leftJoin('account as debit', 'debit.id', 'transfer.debit_account_id')
    .leftJoin('account as credit', 'credit.id', 'transfer.credit_account_id')
    .select('transfer.id')
    .where(eb => eb.or([eb('debit.id', 'is', null), eb('credit.id', 'is', null)]))
    .orderBy('transfer.id')
    .limit(1)
    .executeTakeFirst();
  return stray && `transfer ${stray.id} is of an account that is not there`;
}

async function checkBalances(trx: Trx): Promise<Finding> {
  const credits = await sumBy(trx, 'credit_account_id');
  const debits = await sumBy(trx, 'debit_account_id');
  const wallets = await trx
    .selectFrom('account')
    .select(['id', 'key', 'balance_minor'])
    .where('floor_minor', 'is not', null)
    .orderBy('id')
    .execute();
  for (const { id, key, balance_minor } of wallets) {
    const derived_minor = (credits.get(id) ?? 0) - (debits.get(id) ?? 0);
    if (derived_minor !== balance_minor) {
      return `account ${key} holds ${balance_minor}, its transfers give ${derived_minor}`;
    }
  }
  return undefined;
}

async function sumBy(trx: Trx, side: 'credit_account_id' | 'debit_account_id'): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('transfer')
    .select([`${side} as account`, eb => eb.fn.sum<number>('amount_minor').as('sum')])
    .groupBy(side)
    .execute();
  return new Map(rows.map(row => [row.account, Number(row.sum)]));
}

async function checkHolds(trx: Trx): Promise<Finding> {
  const standing = await trx
    .selectFrom('hold')
    .select(['id', 'legs'])
    .where('state', '=', 'standing')
    .orderBy('id')
    .execute();
  const held = new Map<string, number>();
  for (const { legs } of standing) {
    for (const { accountId, amount_minor } of JSON.parse(legs) as HoldLeg[]) {
      held.set(accountId, (held.get(accountId) ?? 0) + amount_minor);
    }
  }
  const accounts = await trx
    .selectFrom('account')
    .select(['id', 'key', 'held_minor'])
    .where('held_minor', '!=', 0)
    .orderBy('id')
    .execute();
  for (const { id, key, held_minor } of accounts) {
    const sum_minor = held.get(id) ?? 0;
    if (sum_minor !== held_minor) return `account ${key} has ${held_minor} held, its holds give ${sum_minor}`;
    held.delete(id);
  }
  for (const [id, sum_minor] of held) {
    const account = await trx
      .selectFrom('account')
      .select('key')
      .where('id', '=', id)
      .where('floor_minor', 'is not', null)
      .executeTakeFirst();
    // What is held on an account without a floor bounds nothing, and is not kept.
    if (account) return `account ${account.key} has nothing held, its holds give ${sum_minor}`;
  }
  return undefined;
}

async function checkReversals(trx: Trx): Promise<Finding> {
  const over = await trx
    .selectFrom('transfer as reversal')
    .innerJoin('transfer as original', 'original.id', 'reversal.reverses')
    .select(['original.id', 'original.amount_minor'])
    .groupBy(['original.id', 'original.amount_minor'])
    .having(eb => eb(eb.fn.sum<number>('reversal.amount_minor'), '>', eb.ref('original.amount_minor')))
    .orderBy('original.id')
    .limit(1)
    .executeTakeFirst();
  return over && `transfer ${over.id} of ${over.amount_minor} was taken back for more than that`;
}

async function countOf(trx: Trx, table: 'transfer' | 'transfer_unsealed'): Promise<number> {
  const row = await trx
    .selectFrom(table)
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function countWallets(trx: Trx): Promise<number> {
  const row = await trx
    .selectFrom('account')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('floor_minor', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
