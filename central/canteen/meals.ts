import type { FlagReason } from '../../protocol/staff/index.js';
import type { Trx } from '../db/index.js';
import type { MealSink, MealToPost, PostedMeal } from '../devices/contracts.js';
import type { AccountRow, HoldLeg, Outcome, TransferContext } from '../ledger/index.js';
import { present } from '../people/index.js';
import { lockPurse, openRevenue, openWallet, type Purse } from './accounts.js';
import { mealTimeOf, openDayFor, toCalendar } from './books.js';
import { canteenErrors } from './errors.js';
import { type CanteenTill, orderStep, type PaymentNeeds, takeCode, tillWithCanteen } from './payments.js';
import { createRefunds } from './refunds.js';
import { keepShift } from './shifts.js';
import { usableSubsidies } from './subsidies.js';
import { instantOf } from './till-time.js';
import { announceTransfers } from './transfers.js';

interface Posting {
  readonly transferIds: readonly string[];
  readonly balance_minor: number;
  readonly flagged: boolean;
}

interface Parties {
  readonly purse: Purse;
  readonly wallet: AccountRow;
  readonly revenue: AccountRow;
}

/**
 * Posts the meals that tills have served. A meal is a fact: it captures the order's hold where one stands, and is posted without
 * one otherwise, even below the wallet's floor. The order's id makes it happen once, however often and by whichever way it comes.
 * Errors: `wrong_currency`, `wrong_till`, `person_unknown`, `order_conflict`.
 */
export function createMealSink(needs: PaymentNeeds): MealSink {
  const { config, ledger } = needs;
  const accounts = { ledger, currency: config.currency };
  return {
    takeShift: keepShift,
    refundMeal: createRefunds(needs).refundAtTill,
    async postMeal(trx, meal): Promise<PostedMeal> {
      const { body } = meal;
      const till = await checkMeal(trx, meal, config.currency);
      const { orderId, personId, tillId, amount_minor, currency } = body;
      const { result, repeated } = await ledger.once<Posting>(trx, {
        id: orderStep.meal(orderId),
        key: orderId,
        body: { tillId, personId, amount_minor, currency },
        conflict: () => canteenErrors.order_conflict({ orderId }),
        run: () => post(trx, meal, till),
      });
      const { transferIds, balance_minor, flagged } = result;
      const transferId = transferIds.at(-1);
      if (transferId === undefined) throw new Error(`order ${orderId} was posted without a transfer`);
      const announce = () => announceTransfers(needs, transferIds);
      return { transferId, balance_minor, flagged, ...(repeated ? {} : { announce }) };
    },
  };

  async function post(trx: Trx, meal: MealToPost, till: CanteenTill): Promise<Posting> {
    const { body } = meal;
    const purse = await lockPurse(trx, body.personId);
    const wallet = purse.wallet ?? (await openWallet(trx, accounts, body.personId));
    const revenue = await openRevenue(trx, accounts, till.canteen);
    const parties = { purse, wallet, revenue };
    const at = instantOf(meal, meal.body.confirmedAt);
    const time = mealTimeOf(toCalendar(till, config.timeZone), at);
    const context: TransferContext = {
      kind: 'meal',
      occurredAt: new Date(body.confirmedAt).toISOString(),
      personId: body.personId,
      tillId: till.id,
      orderId: body.orderId,
      mode: body.mode,
      canteen: till.canteen,
      ...present('stall', till.stall),
      ...time,
      businessDay: await openDayFor(trx, till.canteen, time.mealDate),
    };
    // Two tills without a network can take the same code: both meals were served.
    const isCodeFresh = body.codeId === undefined || (await takeCode(trx, body, meal.receivedAt));
    const captured = await captureHold(trx, meal, parties, context);
    if (captured.kind === 'captured') return toPosting(captured.outcome, wallet);
    const sources = [...(await usableSubsidies(trx, purse, { at, mealPeriod: time.mealPeriod })), wallet.id];
    const outcome = await ledger.execute(
      trx,
      {
        kind: 'post',
        sources,
        creditAccountId: revenue.id,
        amount_minor: body.amount_minor,
        currency: body.currency,
        fact: true,
      },
      { ...context, ...flagOf(captured.flag ?? (isCodeFresh ? undefined : 'code-used-twice')) },
    );
    return toPosting(outcome, wallet);
  }

  /** Takes the hold of exactly this meal. Where none stands, the meal is posted without, and flagged if that is odd. */
  async function captureHold(
    trx: Trx,
    { body }: MealToPost,
    { purse, wallet, revenue }: Parties,
    context: TransferContext,
  ): Promise<{ kind: 'captured'; outcome: Outcome } | { kind: 'none'; flag?: FlagReason }> {
    const { orderId, amount_minor } = body;
    const hold = await trx.selectFrom('hold').selectAll().where('id', '=', orderId).executeTakeFirst();
    if (hold?.state !== 'standing') {
      const cancelled = await ledger.answerTo(trx, orderStep.release(orderId));
      return cancelled ? { kind: 'none', flag: 'after-release' } : { kind: 'none' };
    }
    const legs = JSON.parse(hold.legs) as HoldLeg[];
    const own = new Set([wallet.id, ...purse.subsidies.map(row => row.id)]);
    const held_minor = legs.reduce((sum, leg) => sum + leg.amount_minor, 0);
    if (held_minor !== amount_minor || !legs.every(leg => own.has(leg.accountId))) {
      await ledger.execute(trx, { kind: 'release', holdId: orderId }, context);
      return { kind: 'none', flag: 'hold-differs' };
    }
    const outcome = await ledger.execute(
      trx,
      { kind: 'capture', holdId: orderId, creditAccountId: revenue.id, amount_minor },
      context,
    );
    // Refused when it has expired: the money was free again, and may be gone.
    return outcome.kind === 'accepted' ? { kind: 'captured', outcome } : { kind: 'none' };
  }
}

const flagOf = (flag: FlagReason | undefined) => (flag === undefined ? {} : { flag });

async function checkMeal(trx: Trx, { body, placeId }: MealToPost, currency: string): Promise<CanteenTill> {
  if (body.currency !== currency) throw canteenErrors.wrong_currency({ currency });
  if (body.tillId !== placeId) throw canteenErrors.wrong_till();
  const found = await tillWithCanteen(trx)
    .leftJoin('person', join => join.on('person.id', '=', body.personId))
    .select('person.id as diner')
    .where('till.id', '=', placeId)
    .executeTakeFirst();
  if (!found) throw canteenErrors.wrong_till();
  if (found.diner === null) throw canteenErrors.person_unknown();
  return found;
}

function toPosting(outcome: Outcome, wallet: AccountRow): Posting {
  if (outcome.kind === 'rejected') throw canteenErrors.posting_refused({ reason: outcome.reason });
  return {
    transferIds: outcome.transferIds,
    balance_minor: outcome.accounts[wallet.id]?.balance_minor ?? wallet.balance_minor,
    flagged: outcome.flag !== undefined,
  };
}
