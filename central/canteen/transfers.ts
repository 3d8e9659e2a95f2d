import { sql } from 'kysely';
import type { Transfer, TransfersQuery } from '../../protocol/staff/index.js';
import type { Db } from '../db/index.js';
import { decodeCursor, toPage } from '../http/index.js';
import type { TransferRow } from '../ledger/index.js';
import type { LiveBus } from '../live.js';
import { present } from '../people/index.js';
import { isSubsidy } from './accounts.js';

type Row = TransferRow & {
  person_name: string | null;
  student_number: string | null;
  till_name: string | null;
  debit_key: string;
  credit_key: string;
};

const select = (db: Db) =>
  db
    .selectFrom('transfer')
    .leftJoin('person', 'person.id', 'transfer.person_id')
    .leftJoin('till', 'till.id', 'transfer.till_id')
    .innerJoin('account as debit', 'debit.id', 'transfer.debit_account_id')
    .innerJoin('account as credit', 'credit.id', 'transfer.credit_account_id')
    .selectAll('transfer')
    .select([
      'person.name as person_name',
      'person.student_number',
      'till.name as till_name',
      'debit.key as debit_key',
      'credit.key as credit_key',
    ]);

export async function readTransfer(db: Db, id: string): Promise<Transfer> {
  return toTransfer(await select(db).where('transfer.id', '=', id).executeTakeFirstOrThrow());
}

/** Shows committed transfers to the open consoles. One that cannot be read is seen when its page is loaded anew. */
export function announceTransfers({ db, live }: { db: Db; live: LiveBus }, ids: readonly string[]): void {
  const read = async () => {
    for (const id of ids) live.publish({ kind: 'transfer', transfer: await readTransfer(db, id) });
  };
  read().catch(() => {});
}

/** Newest first, by the ledger's time. Errors: `bad_cursor`. */
export async function listTransfers(
  db: Db,
  query: TransfersQuery,
): Promise<{ items: Transfer[]; nextCursor?: string }> {
  const { personId, kind, tillId, canteen, stall, businessDay, mealPeriod, mode, wallet, late } = query;
  const { orderId, flagged, from, to, cursor, limit } = query;
  let rows = select(db)
    .orderBy('transfer.at', 'desc')
    .orderBy('transfer.id', 'desc')
    .limit(limit + 1);
  if (personId !== undefined) rows = rows.where('transfer.person_id', '=', personId);
  if (kind !== undefined) rows = rows.where('transfer.kind', '=', kind);
  if (tillId !== undefined) rows = rows.where('transfer.till_id', '=', tillId);
  if (canteen !== undefined) rows = rows.where('transfer.canteen', '=', canteen);
  if (businessDay !== undefined) rows = rows.where('transfer.business_day', '=', businessDay);
  if (stall !== undefined) rows = rows.where(sql`coalesce(transfer.stall, '')`, '=', stall);
  if (mealPeriod !== undefined) rows = rows.where(sql`coalesce(transfer.meal_period, '')`, '=', mealPeriod);
  if (mode !== undefined) rows = rows.where('transfer.mode', '=', mode);
  if (orderId !== undefined) rows = rows.where('transfer.order_id', '=', orderId);
  if (late !== undefined)
    rows = rows.where(sql<boolean>`(transfer.meal_date < transfer.business_day) = ${sql.lit(late)}`);
  if (wallet !== undefined) {
    const isOfSubsidy = sql<boolean>`(debit.key like 'subsidy:%' or credit.key like 'subsidy:%')`;
    rows = rows.where('transfer.person_id', 'is not', null);
    rows = rows.where(wallet === 'subsidy' ? isOfSubsidy : sql<boolean>`not ${isOfSubsidy}`);
  }
  if (flagged !== undefined) rows = rows.where('transfer.flag', flagged ? 'is not' : 'is', null);
  if (from !== undefined) rows = rows.where('transfer.at', '>=', new Date(from).toISOString());
  if (to !== undefined) rows = rows.where('transfer.at', '<', new Date(to).toISOString());
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor);
    rows = rows.where(eb =>
      eb.or([eb('transfer.at', '<', at), eb.and([eb('transfer.at', '=', at), eb('transfer.id', '<', id)])]),
    );
  }
  return toPage(await rows.execute(), limit, toTransfer, row => [row.at, row.id]);
}

function toTransfer(row: Row): Transfer {
  return {
    id: row.id,
    kind: row.kind,
    at: row.at,
    occurredAt: row.occurred_at,
    amount_minor: row.amount_minor,
    currency: row.currency,
    debitAccountId: row.debit_account_id,
    creditAccountId: row.credit_account_id,
    ...present('personId', row.person_id),
    ...present('personName', row.person_name),
    ...present('studentNumber', row.student_number),
    ...present('balanceAfter_minor', row.balance_after_minor),
    ...present('tillId', row.till_id),
    ...present('tillName', row.till_name),
    ...present('canteen', row.canteen),
    ...present('stall', row.stall),
    ...present('orderId', row.order_id),
    ...present('mode', row.mode),
    flagged: row.flag !== null,
    ...present('flag', row.flag),
    ...(row.person_id === null
      ? {}
      : { wallet: isSubsidy(row.debit_key) || isSubsidy(row.credit_key) ? 'subsidy' : 'cash' }),
    ...present('reverses', row.reverses),
    ...present('mealDate', row.meal_date),
    ...present('mealPeriod', row.meal_period),
    ...present('businessDay', row.business_day),
  };
}
