import type { OnlineProvider } from '../../../protocol/staff/index.js';
import { systemActor } from '../../audit/index.js';
import type { Trx } from '../../db/index.js';
import { lockId } from '../../ledger/index.js';
import { openProviderAccount, openWallet } from '../accounts.js';
import { mealTimeOf } from '../books.js';
import { canteenErrors } from '../errors.js';
import type { PaymentNeeds } from '../payments.js';
import type { TopUpOrderRow } from '../tables.js';
import { announceTransfers } from '../transfers.js';
import { onlineErrors } from './errors.js';
import { findRow, orderKey } from './order-rows.js';
import type { Payment } from './provider.js';

/**
 * Money has arrived at the provider: that is a fact, also when the order's time is over. Posted once, whoever tells of it and how
 * often. Errors: `order_unknown`, `payment_differs`.
 */
export function createSettling(needs: PaymentNeeds) {
  const { db, clock, audit, config, ledger } = needs;

  /** Somebody must look at it: it is on record, and no wallet has it. */
  const refuse = (trx: Trx, row: TopUpOrderRow, payment: Payment): Promise<void> =>
    audit.record(trx, systemActor, {
      action: 'refuse-top-up-payment',
      subjectKind: 'person',
      subjectId: row.person_id,
      detail: {
        orderId: row.id,
        provider: row.provider,
        providerId: payment.providerId,
        amount_minor: payment.amount_minor,
        currency: payment.currency,
        asked_minor: row.amount_minor,
      },
    });

  const post = async (trx: Trx, row: TopUpOrderRow, payment: Payment): Promise<string> => {
    const accounts = { ledger, currency: row.currency };
    const wallet = await openWallet(trx, accounts, row.person_id);
    const from = await openProviderAccount(trx, accounts, row.provider);
    const now = clock.now();
    const { mealDate } = mealTimeOf({ timeZone: config.timeZone, periods: [] }, now);
    const outcome = await ledger.execute(
      trx,
      {
        kind: 'post',
        sources: [from.id],
        creditAccountId: wallet.id,
        amount_minor: row.amount_minor,
        currency: row.currency,
        fact: false,
      },
      {
        kind: 'top-up',
        occurredAt: payment.paidAt.toISOString(),
        personId: row.person_id,
        businessDay: mealDate,
      },
    );
    if (outcome.kind === 'rejected') throw canteenErrors.posting_refused({ reason: outcome.reason });
    const [transferId] = outcome.transferIds;
    if (transferId === undefined) throw new Error('a top-up has no transfer');
    const isLate = row.state === 'closed' || payment.paidAt.toISOString() > row.expires_at;
    await trx
      .updateTable('top_up_order')
      .set({
        state: 'paid',
        provider_id: payment.providerId,
        paid_at: payment.paidAt.toISOString(),
        transfer_id: transferId,
        late: isLate ? 1 : 0,
      })
      .where('id', '=', row.id)
      .execute();
    await audit.record(trx, systemActor, {
      action: 'top-up-online',
      subjectKind: 'person',
      subjectId: row.person_id,
      detail: { orderId: row.id, provider: row.provider, amount_minor: row.amount_minor, transferId },
    });
    return transferId;
  };

  return async (name: OnlineProvider, payment: Payment): Promise<void> => {
    const posted = await db.transaction().execute(async trx => {
      await lockId(trx, orderKey(payment.orderId));
      const row = await findRow(trx, payment.orderId);
      if (row?.provider !== name) return { refusal: onlineErrors.order_unknown() };
      const isWhatWasAsked = payment.amount_minor === row.amount_minor && payment.currency === row.currency;
      const isAnother = row.provider_id !== null && row.provider_id !== payment.providerId;
      if (!isWhatWasAsked || isAnother) {
        await refuse(trx, row, payment);
        return { refusal: onlineErrors.payment_differs() };
      }
      return row.state === 'paid' ? {} : { transferId: await post(trx, row, payment) };
    });
    if (posted.refusal) throw posted.refusal;
    if (posted.transferId !== undefined) announceTransfers(needs, [posted.transferId]);
  };
}
