import { createHash } from 'node:crypto';
import { canonicalJson } from '../../protocol/index.js';
import { type Db, dialectOf, type Trx } from '../db/index.js';
import type { TransferRow } from './tables.js';

const batch = 500;
export const firstHash = '0'.repeat(64);

/**
 * Chains transfers that are not in the chain yet, up to a batch; gives how many. Runs beside the payments under a lock of its
 * own, so that no payment waits for it. A transfer's place is the order in which the chain saw it committed.
 */
export async function sealTransfers(db: Db): Promise<number> {
  return db.transaction().execute(async trx => {
    const rows = await lockQueue(trx);
    if (rows.length === 0) return 0;
    let { sequence, hash } = await chainHead(trx);
    const seals = rows.map(row => {
      sequence++;
      hash = sealOf(hash, row);
      return { sequence, transfer_id: row.id, hash };
    });
    await trx.insertInto('transfer_seal').values(seals).execute();
    const ids = rows.map(row => row.id);
    await trx.deleteFrom('transfer_unsealed').where('transfer_id', 'in', ids).execute();
    return rows.length;
  });
}

/** The oldest waiting transfers. On PostgreSQL a lock that ends with the transaction keeps a second sealer out. */
async function lockQueue(trx: Trx): Promise<TransferRow[]> {
  if (dialectOf(trx) === 'postgres') {
    await trx.selectNoFrom(eb => eb.fn('pg_advisory_xact_lock', [eb.val(7_062_026)]).as('locked')).execute();
  }
  return trx
    .selectFrom('transfer_unsealed')
    .innerJoin('transfer', 'transfer.id', 'transfer_unsealed.transfer_id')
    .selectAll('transfer')
    .orderBy('transfer.id')
    .limit(batch)
    .execute();
}

async function chainHead(trx: Trx): Promise<{ sequence: number; hash: string }> {
  const last = await trx
    .selectFrom('transfer_seal')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { sequence: 0, hash: firstHash };
}

/** Columns without a value are left out: one that is added later leaves older hashes as they are. */
export function sealOf(previous: string, row: TransferRow): string {
  const present = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return createHash('sha256').update(previous).update(canonicalJson(present)).digest('hex');
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
