import type {
  AuthoriseRequest,
  AuthoriseResponse,
  DeclineReason,
  PaymentCredential,
  ReleaseResponse,
} from '../../protocol/index.js';
import type { Db, TillRow, Trx } from '../db/index.js';
import type { LedgerNeeds } from '../devices/contracts.js';
import type { LedgerStore } from '../ledger/index.js';
import { lockPurse, type Purse } from './accounts.js';
import { mealTimeOf, toCalendar } from './books.js';
import { canteenErrors } from './errors.js';
import { usableSubsidies } from './subsidies.js';

export interface PaymentNeeds extends LedgerNeeds {
  readonly ledger: LedgerStore;
}

/** Names of what is kept of an order, for `LedgerStore.once`; all three are taken one after another. */
export const orderStep = {
  hold: (orderId: string) => `hold:${orderId}`,
  release: (orderId: string) => `release:${orderId}`,
  meal: (orderId: string) => `meal:${orderId}`,
};

/** The hold that a till asks for before the diner confirms. Its id is the order's: asked twice, placed once. */
export function createPayments({ db, clock, config, ledger }: PaymentNeeds) {
  const decide = async (
    trx: Trx,
    request: AuthoriseRequest,
    till: CanteenTill,
  ): Promise<AuthoriseResponse> => {
    const { orderId, personId, amount_minor, currency } = request;
    const decline = (reason: DeclineReason, balance_minor?: number): AuthoriseResponse => ({
      kind: 'declined',
      orderId,
      reason,
      ...(balance_minor === undefined ? {} : { balance_minor }),
    });
    if (!(await mayPay(trx, personId, request.credential ?? 'face'))) return decline('blocked');
    if (request.codeId !== undefined && !(await takeCode(trx, request, clock.now())))
      return decline('code-used');
    const purse = await lockPurse(trx, personId);
    const { wallet } = purse;
    if (!wallet) return decline('no-account');
    const { perMealLimit_minor, perDayLimit_minor } = config.payment;
    const at = clock.now();
    const { mealDate, mealPeriod } = mealTimeOf(toCalendar(till, config.timeZone), at);
    const spent_minor = (await spentOn(trx, personId, mealDate)) + (await heldNow(trx, purse, at));
    if (
      amount_minor > Math.min(perMealLimit_minor, till.per_meal_limit_minor) ||
      spent_minor + amount_minor > perDayLimit_minor
    ) {
      return decline('over-limit', wallet.balance_minor);
    }
    const sources = [...(await usableSubsidies(trx, purse, { at, mealPeriod })), wallet.id];
    const outcome = await ledger.execute(
      trx,
      { kind: 'hold', holdId: orderId, sources, amount_minor, currency },
      { kind: 'meal', occurredAt: at.toISOString(), tillId: till.id },
    );
    const after = outcome.accounts[wallet.id];
    if (outcome.kind === 'rejected') return decline('insufficient-funds', after?.balance_minor);
    const balanceAfter_minor = after?.unheld_minor ?? 0;
    const own_minor = wallet.balance_minor - wallet.held_minor - balanceAfter_minor;
    return {
      kind: 'authorised',
      orderId,
      balanceAfter_minor,
      ...(own_minor < amount_minor ? { subsidy_minor: amount_minor - own_minor } : {}),
    };
  };

  return {
    /** Errors: `wrong_till`, `wrong_currency`, `order_conflict`, `order_over`. */
    async authorise(request: AuthoriseRequest, placeId: string): Promise<AuthoriseResponse> {
      const { orderId, tillId, personId, amount_minor, currency, credential, codeId } = request;
      if (tillId !== placeId) throw canteenErrors.wrong_till();
      if (currency !== config.currency) throw canteenErrors.wrong_currency({ currency: config.currency });
      return db.transaction().execute(async trx => {
        const till = await findTill(trx, placeId);
        const { result } = await ledger.once<AuthoriseResponse>(trx, {
          id: orderStep.hold(orderId),
          key: orderId,
          body: {
            ...{ tillId, personId, amount_minor, currency },
            ...(credential === undefined ? {} : { credential }),
            ...(codeId === undefined ? {} : { codeId }),
          },
          conflict: () => canteenErrors.order_conflict({ orderId }),
          run: () => decide(trx, request, till),
          // An order that was cancelled or served needs no hold any more.
          notAfter: {
            ids: [orderStep.release(orderId), orderStep.meal(orderId)],
            error: () => canteenErrors.order_over({ orderId }),
          },
        });
        return result;
      });
    },

    /** A release that overtakes the question for its hold is remembered: that hold is then not placed. Errors: `wrong_till`. */
    release: (orderId: string, placeId: string): Promise<ReleaseResponse> =>
      db.transaction().execute(async trx => {
        const { result } = await ledger.once<ReleaseResponse>(trx, {
          id: orderStep.release(orderId),
          key: orderId,
          body: { tillId: placeId },
          conflict: () => canteenErrors.wrong_till(),
          run: async () => {
            const posted = await ledger.answerTo(trx, orderStep.meal(orderId));
            if (posted) return { orderId, outcome: 'already-captured' };
            const hold = await trx
              .selectFrom('hold')
              .select('till_id')
              .where('id', '=', orderId)
              .executeTakeFirst();
            if (hold && hold.till_id !== placeId) throw canteenErrors.wrong_till();
            const released = await ledger.execute(
              trx,
              { kind: 'release', holdId: orderId },
              { kind: 'meal', occurredAt: clock.now().toISOString() },
            );
            return { orderId, outcome: released.kind === 'accepted' ? 'released' : 'not-held' };
          },
        });
        return result;
      }),
  };
}

/** A till with what its canteen says of days and periods. */
export interface CanteenTill extends TillRow {
  readonly time_zone: string | null;
  readonly periods: string | null;
}

async function findTill(trx: Trx, id: string): Promise<CanteenTill> {
  const till = await tillWithCanteen(trx).where('till.id', '=', id).executeTakeFirst();
  if (!till) throw canteenErrors.wrong_till();
  return till;
}

export const tillWithCanteen = (trx: Trx) =>
  trx
    .selectFrom('till')
    .leftJoin('canteen', 'canteen.name', 'till.canteen')
    .selectAll('till')
    .select(['canteen.time_zone', 'canteen.periods']);

/** Consent is asked for the face alone; other ways to pay need none. */
async function mayPay(trx: Trx, personId: string, credential: PaymentCredential): Promise<boolean> {
  const row = await trx
    .selectFrom('person')
    .leftJoin('consent', join =>
      join.onRef('consent.person_id', '=', 'person.id').on('consent.purpose', '=', 'payment'),
    )
    .select(['person.status', 'consent.granted'])
    .where('person.id', '=', personId)
    .executeTakeFirst();
  return row?.status === 'active' && (credential !== 'face' || row.granted === 1);
}

/** A code pays one order, at whatever till. False: it belongs to another. */
export async function takeCode(
  trx: Trx,
  { personId, codeId = '', orderId }: Pick<AuthoriseRequest, 'personId' | 'codeId' | 'orderId'>,
  at: Date,
): Promise<boolean> {
  await trx
    .insertInto('used_code')
    .values({ person_id: personId, code_id: codeId, order_id: orderId, at: at.toISOString() })
    .onConflict(conflict => conflict.columns(['person_id', 'code_id']).doNothing())
    .execute();
  const row = await trx
    .selectFrom('used_code')
    .select('order_id')
    .where('person_id', '=', personId)
    .where('code_id', '=', codeId)
    .executeTakeFirst();
  return row?.order_id === orderId;
}

/** Longer than a till is switched off over a summer: only then does a code that two tills took come to light. */
const keptCodes_ms = 100 * 86_400_000;

export const forgetCodes = async (db: Db, now: Date): Promise<void> => {
  const before = new Date(now.getTime() - keptCodes_ms).toISOString();
  await db.deleteFrom('used_code').where('at', '<', before).execute();
};

/** Meals of a date less what was refunded of them. */
async function spentOn(trx: Trx, personId: string, mealDate: string): Promise<number> {
  const rows = await trx
    .selectFrom('transfer')
    .select(['kind', eb => eb.fn.sum<number>('amount_minor').as('sum')])
    .where('person_id', '=', personId)
    .where('meal_date', '=', mealDate)
    .groupBy('kind')
    .execute();
  const sum = (kind: string): number => Number(rows.find(row => row.kind === kind)?.sum ?? 0);
  return sum('meal') - sum('refund');
}

/** What orders hold that are neither served nor over. */
async function heldNow(trx: Trx, { wallet, subsidies }: Purse, at: Date): Promise<number> {
  const accounts = [...subsidies, ...(wallet ? [wallet] : [])].filter(row => row.held_minor > 0);
  if (accounts.length === 0) return 0;
  const ids = accounts.map(row => row.id);
  const row = await trx
    .selectFrom('standing_hold')
    .select(eb => eb.fn.sum<number | null>('amount_minor').as('sum'))
    .where('account_id', 'in', ids)
    .where('expires_at', '>', at.toISOString())
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}
