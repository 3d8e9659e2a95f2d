import type { TopUpOrder, TopUpOrdersQuery } from '../../../protocol/staff/index.js';
import type { Db } from '../../db/index.js';
import { decodeCursor, toPage } from '../../http/index.js';
import { present } from '../../people/index.js';
import type { TopUpOrderRow } from '../tables.js';

/** Newest first. Errors: `bad_cursor`. */
export async function listOrders(
  db: Db,
  { state, personId, cursor, limit }: TopUpOrdersQuery,
): Promise<{ items: TopUpOrder[]; nextCursor?: string }> {
  let rows = db
    .selectFrom('top_up_order')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (state !== undefined) rows = rows.where('state', '=', state);
  if (personId !== undefined) rows = rows.where('person_id', '=', personId);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor);
    rows = rows.where(eb =>
      eb.or([eb('created_at', '<', at), eb.and([eb('created_at', '=', at), eb('id', '<', id)])]),
    );
  }
  return toPage(await rows.execute(), limit, toOrder, row => [row.created_at, row.id]);
}

export const findRow = (db: Db, id: string): Promise<TopUpOrderRow | undefined> =>
  db.selectFrom('top_up_order').selectAll().where('id', '=', id).executeTakeFirst();

export function toOrder(row: TopUpOrderRow): TopUpOrder {
  return {
    id: row.id,
    provider: row.provider,
    personId: row.person_id,
    state: row.state,
    amount_minor: row.amount_minor,
    currency: row.currency,
    ...present('payUrl', row.pay_url),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...present('paidAt', row.paid_at),
    ...present('providerId', row.provider_id),
    ...present('transferId', row.transfer_id),
    late: row.late === 1,
  };
}

/** Under which whatever happens to an order waits for its turn. */
export const orderKey = (id: string): string => `top-up-order:${id}`;
