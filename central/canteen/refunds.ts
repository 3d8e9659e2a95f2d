import { parseAmount } from '../../protocol/index.js';
import type { Refund, RefundRequest, RefundsQuery } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import type { StaffIdentity } from '../auth/index.js';
import type { Db, Trx } from '../db/index.js';
import type { PostedRefund, RefundToPost } from '../devices/contracts.js';
import { decodeCursor, toPage } from '../http/index.js';
import { lockId, type TransferContext, type TransferRow } from '../ledger/index.js';
import { present } from '../people/index.js';
import { mealTimeOf, openDayFor, readCalendar } from './books.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import type { RefundRow } from './tables.js';
import { instantOf } from './till-time.js';
import { announceTransfers } from './transfers.js';

interface Asked {
  readonly refundId: string;
  readonly postedIds: readonly string[];
}

/** Refunds: what was paid goes back where it came from, the person's own money first. */
export function createRefunds(needs: PaymentNeeds) {
  const { db, clock, newId, audit, config, ledger } = needs;

  const request = async (trx: Trx, asked: RefundRequest, staff: StaffIdentity): Promise<Asked> => {
    const originals = await findOriginals(trx, asked.transferId);
    const ids = originals.map(row => row.id);
    const paid_minor = sum(originals);
    const refunded_minor = await refundedOf(trx, ids);
    const amount_minor = asked.amount === undefined ? paid_minor - refunded_minor : parseAmount(asked.amount);
    if (amount_minor <= 0) throw canteenErrors.nothing_left();
    // Several small refunds of one meal count as one.
    const waits = refunded_minor + amount_minor > config.payment.refundApproval_minor;
    const [first] = originals;
    const refund: RefundRow = {
      id: newId(),
      state: waits ? 'waiting' : 'posted',
      transfer_ids: JSON.stringify(ids),
      order_id: first?.order_id ?? null,
      person_id: first?.person_id ?? null,
      amount_minor,
      currency: first?.currency ?? config.currency,
      reason: asked.reason.trim(),
      requested_at: clock.now().toISOString(),
      requested_by: staff.username,
      decided_at: null,
      decided_by: null,
      posted_ids: '[]',
    };
    if (waits && refunded_minor + amount_minor > paid_minor)
      throw canteenErrors.posting_refused({ reason: 'over-reversed' });
    const postedIds = waits ? [] : await post(trx, refund);
    await trx
      .insertInto('refund')
      .values({ ...refund, posted_ids: JSON.stringify(postedIds) })
      .execute();
    await audit.record(trx, auditedBy(staff), {
      action: waits ? 'ask-for-refund' : 'refund',
      subjectKind: 'refund',
      subjectId: refund.id,
      detail: { amount_minor, reason: refund.reason },
    });
    return { refundId: refund.id, postedIds };
  };

  /** `occurredAt`: when the money was given back, where that was not now. */
  const post = async (trx: Trx, refund: RefundRow, occurredAt?: Date): Promise<readonly string[]> => {
    const transferIds = JSON.parse(refund.transfer_ids) as string[];
    const original = await trx
      .selectFrom('transfer')
      .selectAll()
      .where('id', '=', transferIds[0] ?? '')
      .executeTakeFirstOrThrow();
    const { amount_minor } = refund;
    const outcome = await ledger.execute(
      trx,
      { kind: 'reverse', transferIds, amount_minor },
      await contextOf(trx, original, occurredAt),
    );
    if (outcome.kind === 'rejected') throw canteenErrors.posting_refused({ reason: outcome.reason });
    return outcome.transferIds;
  };

  /** A refund counts against its meal's date, and is booked on the day it is made. */
  const contextOf = async (trx: Trx, original: TransferRow, occurredAt?: Date): Promise<TransferContext> => {
    const now = clock.now();
    const { canteen } = original;
    const today = canteen
      ? mealTimeOf(await readCalendar(trx, canteen, config.timeZone), now).mealDate
      : mealTimeOf({ timeZone: config.timeZone, periods: [] }, now).mealDate;
    return {
      kind: 'refund',
      occurredAt: (occurredAt ?? now).toISOString(),
      ...present('personId', original.person_id),
      ...present('tillId', original.till_id),
      ...present('orderId', original.order_id),
      ...present('canteen', canteen),
      ...present('stall', original.stall),
      ...present('mealDate', original.meal_date),
      ...present('mealPeriod', original.meal_period),
      businessDay: canteen ? await openDayFor(trx, canteen, today) : today,
    };
  };

  /** What the cashier gave back at the till, within the till's own window: a fact, and posted once. */
  const atTill = async (trx: Trx, asked: RefundToPost): Promise<Asked> => {
    const { placeId, body } = asked;
    const { orderId, tillId, amount_minor, currency, cashier } = body;
    const refundedAt = instantOf(asked, body.refundedAt);
    if (tillId !== placeId) throw canteenErrors.wrong_till();
    const meal = await trx
      .selectFrom('transfer')
      .select(['id', 'till_id'])
      .where('order_id', '=', orderId)
      .where('kind', '=', 'meal')
      .executeTakeFirst();
    if (!meal) throw canteenErrors.transfer_unknown();
    if (meal.till_id !== tillId) throw canteenErrors.wrong_till();
    const originals = await findOriginals(trx, meal.id);
    const refund: RefundRow = {
      ...{ id: newId(), state: 'posted', transfer_ids: JSON.stringify(originals.map(row => row.id)) },
      ...{ order_id: orderId, person_id: originals[0]?.person_id ?? null, amount_minor, currency },
      ...{ reason: 'at the till', requested_at: refundedAt.toISOString() },
      ...{ requested_by: cashier ?? 'till', decided_at: null, decided_by: null, posted_ids: '[]' },
    };
    const postedIds = await post(trx, refund, refundedAt);
    await trx
      .insertInto('refund')
      .values({ ...refund, posted_ids: JSON.stringify(postedIds) })
      .execute();
    return { refundId: refund.id, postedIds };
  };

  return {
    /** Errors: `wrong_till`, `transfer_unknown`, `posting_refused` when it was given back already. */
    async refundAtTill(trx: Trx, asked: RefundToPost): Promise<PostedRefund> {
      const { orderId, tillId, amount_minor } = asked.body;
      const { result, repeated } = await ledger.once<Asked>(trx, {
        id: `till-refund:${orderId}`,
        key: orderId,
        body: { tillId, amount_minor },
        conflict: () => canteenErrors.order_conflict({ orderId }),
        run: () => atTill(trx, asked),
      });
      const { postedIds } = result;
      return {
        transferId: postedIds.at(-1) ?? result.refundId,
        ...(repeated ? {} : { announce: () => announceTransfers(needs, postedIds) }),
      };
    },

    async request(asked: RefundRequest, staff: StaffIdentity): Promise<Refund> {
      const { requestId, ...body } = asked;
      const { result, repeated } = await db.transaction().execute(trx =>
        ledger.once(trx, {
          id: `refund:${requestId}`,
          body: { ...body, staff: staff.username },
          run: () => request(trx, asked, staff),
        }),
      );
      if (!repeated) announceTransfers(needs, result.postedIds);
      return readRefund(db, result.refundId);
    },

    async decide(id: string, approve: boolean, staff: StaffIdentity): Promise<Refund> {
      const postedIds = await db.transaction().execute(async trx => {
        await lockId(trx, `decide-refund:${id}`);
        const refund = await trx.selectFrom('refund').selectAll().where('id', '=', id).executeTakeFirst();
        if (!refund) throw canteenErrors.refund_unknown();
        if (refund.state !== 'waiting') throw canteenErrors.refund_decided();
        if (refund.requested_by === staff.username) throw canteenErrors.same_person();
        const posted = approve ? await post(trx, refund) : [];
        await trx
          .updateTable('refund')
          .set({
            state: approve ? 'posted' : 'refused',
            decided_at: clock.now().toISOString(),
            decided_by: staff.username,
            posted_ids: JSON.stringify(posted),
          })
          .where('id', '=', id)
          .execute();
        await audit.record(trx, auditedBy(staff), {
          action: approve ? 'approve-refund' : 'refuse-refund',
          subjectKind: 'refund',
          subjectId: id,
          detail: { amount_minor: refund.amount_minor },
        });
        return posted;
      });
      announceTransfers(needs, postedIds);
      return readRefund(db, id);
    },

    async list(query: RefundsQuery): Promise<{ items: Refund[]; nextCursor?: string }> {
      const { state, cursor, limit } = query;
      let rows = selectRefunds(db)
        .orderBy('refund.requested_at', 'desc')
        .orderBy('refund.id', 'desc')
        .limit(limit + 1);
      if (state !== undefined) rows = rows.where('refund.state', '=', state);
      if (cursor !== undefined) {
        const [at, id] = decodeCursor(cursor);
        rows = rows.where(eb =>
          eb.or([
            eb('refund.requested_at', '<', at),
            eb.and([eb('refund.requested_at', '=', at), eb('refund.id', '<', id)]),
          ]),
        );
      }
      return toPage(await rows.execute(), limit, toRefund, row => [row.requested_at, row.id]);
    },
  };
}

/** The transfer, or all of its meal; the last posted first: a person's own money was taken after the subsidies. */
async function findOriginals(trx: Trx, transferId: string): Promise<TransferRow[]> {
  const row = await trx.selectFrom('transfer').selectAll().where('id', '=', transferId).executeTakeFirst();
  if (!row) throw canteenErrors.transfer_unknown();
  if (row.kind !== 'meal' && row.kind !== 'top-up') throw canteenErrors.not_refundable();
  if (row.order_id === null) return [row];
  return trx
    .selectFrom('transfer')
    .selectAll()
    .where('order_id', '=', row.order_id)
    .where('kind', '=', 'meal')
    .orderBy('id', 'desc')
    .execute();
}

async function refundedOf(trx: Trx, ids: readonly string[]): Promise<number> {
  const rows = await trx
    .selectFrom('transfer')
    .select('amount_minor')
    .where('reverses', 'in', [...ids])
    .execute();
  return sum(rows);
}

const sum = (rows: readonly { amount_minor: number }[]): number =>
  rows.reduce((total, row) => total + row.amount_minor, 0);

async function readRefund(db: Db, id: string): Promise<Refund> {
  return toRefund(await selectRefunds(db).where('refund.id', '=', id).executeTakeFirstOrThrow());
}

const selectRefunds = (db: Db) =>
  db
    .selectFrom('refund')
    .leftJoin('person', 'person.id', 'refund.person_id')
    .selectAll('refund')
    .select(['person.name as person_name', 'person.student_number']);

type ListedRefund = RefundRow & { person_name: string | null; student_number: string | null };

function toRefund(row: ListedRefund): Refund {
  return {
    id: row.id,
    state: row.state,
    ...present('personId', row.person_id),
    ...present('personName', row.person_name),
    ...present('studentNumber', row.student_number),
    ...present('orderId', row.order_id),
    amount_minor: row.amount_minor,
    currency: row.currency,
    reason: row.reason,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    ...present('decidedAt', row.decided_at),
    ...present('decidedBy', row.decided_by),
    transferIds: JSON.parse(row.posted_ids) as string[],
  };
}
