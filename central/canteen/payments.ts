import type {
  AuthoriseRequest,
  AuthoriseResponse,
  DeclineReason,
  ReleaseResponse,
} from '../../protocol/index.js';
import { dayOf } from '../calendar.js';
import type { Trx } from '../db/index.js';
import type { LedgerNeeds } from '../devices/contracts.js';
import type { LedgerStore } from '../ledger/index.js';
import { openWallet, walletKey } from './accounts.js';
import { canteenErrors } from './errors.js';

export interface PaymentNeeds extends LedgerNeeds {
  readonly ledger: LedgerStore;
}

/** The hold that a till asks for before the diner confirms. Its id is the order's: asked twice, placed once. */
export function createPayments({ db, clock, config, ledger }: PaymentNeeds) {
  const decline = (orderId: string, reason: DeclineReason, balance_minor?: number): AuthoriseResponse => ({
    kind: 'declined',
    orderId,
    reason,
    ...(balance_minor === undefined ? {} : { balance_minor }),
  });

  const authorise = async (trx: Trx, request: AuthoriseRequest): Promise<AuthoriseResponse> => {
    const { orderId, personId, amount_minor, currency } = request;
    const person = await trx
      .selectFrom('person')
      .select('status')
      .where('id', '=', personId)
      .executeTakeFirst();
    const consent = await trx
      .selectFrom('consent')
      .select('granted')
      .where('person_id', '=', personId)
      .where('purpose', '=', 'payment')
      .executeTakeFirst();
    if (!person || person.status === 'blocked' || consent?.granted !== 1) return decline(orderId, 'blocked');
    const wallet = await trx
      .selectFrom('account')
      .selectAll()
      .where('key', '=', walletKey(personId))
      .executeTakeFirst();
    if (!wallet) return decline(orderId, 'no-account');
    const { perMealLimit_minor, perDayLimit_minor } = config.payment;
    const spent_minor = await spentToday(trx, personId);
    if (amount_minor > perMealLimit_minor || spent_minor + amount_minor > perDayLimit_minor) {
      return decline(orderId, 'over-limit', wallet.balance_minor);
    }
    const { outcome } = await ledger.execute(trx, `hold:${orderId}`, {
      kind: 'hold',
      holdId: orderId,
      accountId: wallet.id,
      amount_minor,
      currency,
    });
    if (outcome.kind === 'rejected') return decline(orderId, 'insufficient-funds', outcome.balance_minor);
    return { kind: 'authorised', orderId, balanceAfter_minor: outcome.available_minor ?? 0 };
  };

  const spentToday = async (trx: Trx, personId: string): Promise<number> => {
    const { from, to } = dayOf(config.timeZone, clock.now());
    const row = await trx
      .selectFrom('transfer')
      .select(eb => eb.fn.sum<number | null>('amount_minor').as('sum'))
      .where('person_id', '=', personId)
      .where('kind', '=', 'meal')
      .where('occurred_at', '>=', from.toISOString())
      .where('occurred_at', '<', to.toISOString())
      .executeTakeFirst();
    return Number(row?.sum ?? 0);
  };

  return {
    /** Errors: `wrong_till`, `wrong_currency`, `command_conflict`. */
    authorise(request: AuthoriseRequest, placeId: string): Promise<AuthoriseResponse> {
      if (request.tillId !== placeId) throw canteenErrors.wrong_till();
      if (request.currency !== config.currency)
        throw canteenErrors.wrong_currency({ currency: config.currency });
      return db.transaction().execute(trx => authorise(trx, request));
    },
    release: (orderId: string): Promise<ReleaseResponse> =>
      db.transaction().execute(async trx => {
        const hold = await trx
          .selectFrom('hold')
          .select('state')
          .where('id', '=', orderId)
          .executeTakeFirst();
        if (!hold) return { orderId, outcome: 'not-held' };
        const { outcome } = await ledger.execute(trx, `release:${orderId}`, {
          kind: 'release',
          holdId: orderId,
        });
        if (outcome.kind === 'accepted') return { orderId, outcome: 'released' };
        return { orderId, outcome: hold.state === 'captured' ? 'already-captured' : 'not-held' };
      }),
    openWallet: (trx: Trx, personId: string) =>
      openWallet(trx, { ledger, currency: config.currency }, personId),
  };
}
