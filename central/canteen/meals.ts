import type { Trx } from '../db/index.js';
import type { MealSink, MealToPost, PostedMeal } from '../devices/contracts.js';
import { openRevenue, openWallet } from './accounts.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import { readTransfer } from './transfers.js';

/**
 * Posts the meals that tills have served. A meal is a fact: it captures the order's hold where one stands, and is posted without
 * one otherwise, even below the wallet's floor. The order's id makes it happen once, however often and by whichever way it comes.
 */
export function createMealSink(needs: PaymentNeeds): MealSink {
  const { db, live, config, ledger } = needs;
  const accounts = { ledger, currency: config.currency };
  return {
    async postMeal(trx, meal): Promise<PostedMeal> {
      const { body, placeId } = meal;
      if (body.currency !== config.currency)
        throw canteenErrors.wrong_currency({ currency: config.currency });
      if (body.tillId !== placeId) throw canteenErrors.wrong_till();
      const person = await trx
        .selectFrom('person')
        .select('id')
        .where('id', '=', body.personId)
        .executeTakeFirst();
      if (!person) throw canteenErrors.person_unknown();
      const till = await trx
        .selectFrom('till')
        .selectAll()
        .where('id', '=', placeId)
        .executeTakeFirstOrThrow();
      const wallet = await openWallet(trx, accounts, body.personId);
      const revenue = await openRevenue(trx, accounts, till.canteen);
      const context = {
        kind: 'meal',
        occurredAt: body.confirmedAt,
        personId: body.personId,
        shownAccountId: wallet.id,
        tillId: till.id,
        orderId: body.orderId,
        mode: body.mode,
      } as const;
      const { amount_minor, orderId } = body;
      const captured = await captureHold(trx, meal, wallet.id, revenue.id, context);
      const { outcome, repeated } =
        captured ??
        (await ledger.execute(
          trx,
          `meal:${orderId}`,
          {
            kind: 'post',
            debitAccountId: wallet.id,
            creditAccountId: revenue.id,
            amount_minor,
            currency: body.currency,
            fact: true,
          },
          context,
        ));
      if (outcome.kind === 'rejected' || outcome.transferId === undefined) {
        throw new Error(`a meal was not posted: ${JSON.stringify(outcome)}`);
      }
      const { transferId } = outcome;
      return {
        transferId,
        balance_minor: outcome.balance_minor ?? 0,
        flagged: outcome.flagged,
        ...(repeated
          ? {}
          : {
              announce: () => {
                void readTransfer(db, transferId).then(transfer =>
                  live.publish({ kind: 'transfer', transfer }),
                );
              },
            }),
      };
    },
  };

  /** Undefined where no hold of exactly this meal stands. */
  async function captureHold(
    trx: Trx,
    { body }: MealToPost,
    walletId: string,
    revenueId: string,
    context: Parameters<typeof ledger.execute>[3],
  ) {
    const hold = await trx.selectFrom('hold').selectAll().where('id', '=', body.orderId).executeTakeFirst();
    if (hold?.state !== 'standing') return undefined;
    if (hold.account_id !== walletId || hold.amount_minor !== body.amount_minor) {
      await ledger.execute(trx, `release:${body.orderId}`, { kind: 'release', holdId: body.orderId });
      return undefined;
    }
    const command = {
      kind: 'capture',
      holdId: body.orderId,
      creditAccountId: revenueId,
      amount_minor: body.amount_minor,
    } as const;
    const executed = await ledger.execute(trx, `capture:${body.orderId}`, command, context);
    // It may have expired in between: then the meal is posted without it.
    return executed.outcome.kind === 'accepted' ? executed : undefined;
  }
}
