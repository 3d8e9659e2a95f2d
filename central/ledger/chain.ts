import { createHash } from 'node:crypto';
import { canonicalJson } from '../../protocol/index.js';
import { type Db, dialectOf, type Trx } from '../db/index.js';
import type { TransferRow } from './tables.js';

const batch = 500;
const firstHash = '0'.repeat(64);

/**
 * Chains the transfers that are not in the chain yet, in the order of their ids; gives how many. Runs beside the payments and takes
 * a lock of its own, so that no payment waits for it.
 */
export async function sealTransfers(db: Db): Promise<number> {
  return db.transaction().execute(async trx => {
    const last = await lockChain(trx);
    const rows = await trx
      .selectFrom('transfer')
      .leftJoin('transfer_seal', 'transfer_seal.transfer_id', 'transfer.id')
      .selectAll('transfer')
      .where('transfer_seal.transfer_id', 'is', null)
      .orderBy('transfer.id')
      .limit(batch)
      .execute();
    let { sequence, hash } = last;
    for (const row of rows) {
      sequence++;
      hash = sealOf(hash, row);
      await trx.insertInto('transfer_seal').values({ sequence, transfer_id: row.id, hash }).execute();
    }
    return rows.length;
  });
}

/** The chain's end. On PostgreSQL a lock that ends with the transaction keeps a second sealer out. */
async function lockChain(trx: Trx): Promise<{ sequence: number; hash: string }> {
  if (dialectOf(trx) === 'postgres') {
    await trx.selectNoFrom(eb => eb.fn('pg_advisory_xact_lock', [eb.val(7_062_026)]).as('locked')).execute();
  }
  const last = await trx
    .selectFrom('transfer_seal')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { sequence: 0, hash: firstHash };
}

function sealOf(previous: string, row: TransferRow): string {
  return createHash('sha256').update(previous).update(canonicalJson(row)).digest('hex');
}

export interface LedgerVerdict {
  readonly transfers: number;
  readonly sealed: number;
  readonly wallets: number;
  /** The first thing that does not hold; absent when all does. */
  readonly problem?: string;
}

/** Recomputes the chain, every kept balance and every sum of holds. */
export async function verifyLedger(db: Db): Promise<LedgerVerdict> {
  let hash = firstHash;
  let sealed = 0;
  for (;;) {
    const rows = await db
      .selectFrom('transfer_seal')
      .leftJoin('transfer', 'transfer.id', 'transfer_seal.transfer_id')
      .selectAll('transfer')
      .select(['transfer_seal.sequence', 'transfer_seal.hash as seal', 'transfer_seal.transfer_id'])
      .where('transfer_seal.sequence', '>', sealed)
      .orderBy('transfer_seal.sequence')
      .limit(batch)
      .execute();
    for (const { sequence, seal, transfer_id, ...transfer } of rows) {
      const found = { transfers: 0, sealed, wallets: 0 };
      if (sequence !== sealed + 1) return { ...found, problem: `the chain lacks number ${sealed + 1}` };
      if (transfer.id === null) return { ...found, problem: `transfer ${transfer_id} is missing` };
      hash = sealOf(hash, transfer as TransferRow);
      if (hash !== seal)
        return { ...found, problem: `transfer ${transfer_id} (number ${sequence}) was altered` };
      sealed++;
    }
    if (rows.length < batch) break;
  }
  return { ...(await verifyBalances(db)), sealed };
}

async function verifyBalances(db: Db): Promise<Omit<LedgerVerdict, 'sealed'>> {
  const { count } = await db
    .selectFrom('transfer')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const wallets = await db
    .selectFrom('account')
    .selectAll()
    .where('floor_minor', 'is not', null)
    .orderBy('id')
    .execute();
  const found = { transfers: Number(count), wallets: wallets.length };
  const sums = {
    credit: await sumBy(db, 'credit_account_id'),
    debit: await sumBy(db, 'debit_account_id'),
  };
  const holds = await db
    .selectFrom('hold')
    .select(['account_id', eb => eb.fn.sum<number>('amount_minor').as('sum')])
    .where('state', '=', 'standing')
    .groupBy('account_id')
    .execute();
  const held = new Map(holds.map(row => [row.account_id, Number(row.sum)]));
  for (const { id, key, balance_minor, held_minor } of wallets) {
    const derived = (sums.credit.get(id) ?? 0) - (sums.debit.get(id) ?? 0);
    if (derived !== balance_minor) {
      return { ...found, problem: `account ${key} holds ${balance_minor}, its transfers give ${derived}` };
    }
    if ((held.get(id) ?? 0) !== held_minor) {
      return {
        ...found,
        problem: `account ${key} has ${held_minor} held, its holds give ${held.get(id) ?? 0}`,
      };
    }
  }
  return found;
}

async function sumBy(db: Db, side: 'credit_account_id' | 'debit_account_id'): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('transfer')
    .select([`${side} as account`, eb => eb.fn.sum<number>('amount_minor').as('sum')])
    .groupBy(side)
    .execute();
  return new Map(rows.map(row => [row.account, Number(row.sum)]));
}

const sealing_interval_ms = 2_000;

/** Seals now and then until the returned function is called, which waits for the last run. */
export function startSealer({
  db,
  onError,
}: {
  db: Db;
  onError: (error: unknown) => void;
}): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => sealTransfers(db)).catch(onError);
  }, sealing_interval_ms);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
