import { formatAmount, PorterError, parseAmount } from '../../../protocol/index.js';
import type {
  OnlineProvider,
  TopUpOrder,
  TopUpOrderRequest,
  TopUpOrdersQuery,
} from '../../../protocol/staff/index.js';
import { auditedBy, systemActor } from '../../audit/index.js';
import type { StaffIdentity } from '../../auth/index.js';
import type { Trx } from '../../db/index.js';
import { lockId } from '../../ledger/index.js';
import { openProviderAccount, openWallet } from '../accounts.js';
import { mealTimeOf } from '../books.js';
import { canteenErrors } from '../errors.js';
import type { PaymentNeeds } from '../payments.js';
import type { TopUpOrderRow } from '../tables.js';
import { announceTransfers } from '../transfers.js';
import { onlineErrors } from './errors.js';
import { findRow, listOrders, toOrder } from './order-rows.js';
import type { Callback, Payment, TopUpProvider } from './provider.js';

export interface OrderLimits {
  readonly valid_ms: number;
  readonly least_minor: number;
  readonly most_minor: number;
  readonly description: string;
}

export interface OnlineNeeds extends PaymentNeeds {
  readonly providers: ReadonlyMap<OnlineProvider, TopUpProvider>;
  readonly limits: OrderLimits;
}

/** The provider is asked about one order at most this often. */
const askEvery_ms = 3_000;
const sweepBatch = 50;

/** Top-ups by phone: an order, its payment at the provider, and the transfer that it becomes, once however often it is told. */
export function createTopUpOrders(needs: OnlineNeeds) {
  const { db, clock, audit, config, ledger, providers, limits } = needs;

  const providerOf = (name: OnlineProvider): TopUpProvider => {
    const provider = providers.get(name);
    if (!provider) throw onlineErrors.provider_off({ provider: name });
    return provider;
  };

  /** The row of a request, made at the first time. */
  const open = async (trx: Trx, personId: string, asked: TopUpOrderRequest, staff: StaffIdentity) => {
    const amount_minor = parseAmount(asked.amount);
    await lockId(trx, orderKey(asked.requestId));
    const known = await findRow(trx, asked.requestId);
    if (known) {
      const isSame =
        known.person_id === personId &&
        known.provider === asked.provider &&
        known.amount_minor === amount_minor;
      if (!isSame) throw onlineErrors.order_differs();
      return known;
    }
    if (amount_minor < limits.least_minor || amount_minor > limits.most_minor) {
      const [from, to] = [formatAmount(limits.least_minor), formatAmount(limits.most_minor)];
      throw onlineErrors.amount_outside({ from, to });
    }
    const person = await trx.selectFrom('person').select('id').where('id', '=', personId).executeTakeFirst();
    if (!person) throw canteenErrors.person_unknown();
    const now = clock.now();
    const row: TopUpOrderRow = {
      id: asked.requestId,
      provider: asked.provider,
      person_id: personId,
      state: 'open',
      amount_minor,
      currency: config.currency,
      pay_url: null,
      created_at: now.toISOString(),
      created_by: staff.username,
      expires_at: new Date(now.getTime() + limits.valid_ms).toISOString(),
      asked_at: null,
      provider_id: null,
      paid_at: null,
      transfer_id: null,
      late: 0,
    };
    await trx.insertInto('top_up_order').values(row).execute();
    await audit.record(trx, auditedBy(staff), {
      action: 'open-top-up-order',
      subjectKind: 'person',
      subjectId: personId,
      detail: { orderId: row.id, provider: row.provider, amount_minor },
    });
    return row;
  };

  /**
   * Money has arrived at the provider: that is a fact, also when the order's time is over. Posted once, whoever tells of it and how
   * often. Errors: `order_unknown`, `payment_differs`.
   */
  const settle = async (name: OnlineProvider, payment: Payment): Promise<void> => {
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

  /** Asks the provider what became of an open order; one whose time is over is closed there first, so that nobody pays it later. */
  const reconcile = async (row: TopUpOrderRow): Promise<void> => {
    const provider = providers.get(row.provider);
    if (!provider || row.state !== 'open') return;
    const now = clock.now();
    await db
      .updateTable('top_up_order')
      .set({ asked_at: now.toISOString() })
      .where('id', '=', row.id)
      .execute();
    const state = await provider.query(row.id);
    if (state.kind === 'paid') return settle(row.provider, state.payment);
    if (state.kind !== 'closed' && now.toISOString() < row.expires_at) return;
    if (state.kind === 'open') await provider.close(row.id);
    await db
      .updateTable('top_up_order')
      .set({ state: 'closed' })
      .where('id', '=', row.id)
      .where('state', '=', 'open')
      .execute();
  };

  return {
    names: (): OnlineProvider[] => [...providers.keys()],

    async create(personId: string, asked: TopUpOrderRequest, staff: StaffIdentity): Promise<TopUpOrder> {
      const provider = providerOf(asked.provider);
      const row = await db.transaction().execute(trx => open(trx, personId, asked, staff));
      if (row.state !== 'open' || row.pay_url !== null) return toOrder(row);
      const { id, amount_minor, currency } = row;
      const { payUrl } = await provider.create({
        id,
        amount_minor,
        currency,
        description: limits.description,
        expiresAt: new Date(row.expires_at),
      });
      await db.updateTable('top_up_order').set({ pay_url: payUrl }).where('id', '=', id).execute();
      return toOrder({ ...row, pay_url: payUrl });
    },

    async read(id: string): Promise<TopUpOrder> {
      const row = await findRow(db, id);
      if (!row) throw onlineErrors.order_unknown();
      const asked_ms = row.asked_at === null ? 0 : Date.parse(row.asked_at);
      if (row.state !== 'open' || clock.now().getTime() - asked_ms < askEvery_ms) return toOrder(row);
      // While the provider is out of reach, what is known is shown.
      await reconcile(row).catch(() => {});
      return toOrder((await findRow(db, id)) ?? row);
    },

    list: (query: TopUpOrdersQuery) => listOrders(db, query),

    /** Errors: `provider_off`, `callback_not_authentic`, `order_unknown`, `payment_differs`. */
    async take(name: OnlineProvider, callback: Callback): Promise<void> {
      const payment = providerOf(name).readCallback(callback);
      if (payment) await settle(name, payment);
    },

    answer: (name: OnlineProvider, isTaken: boolean) => providerOf(name).answer(isTaken),

    /** Asks about the orders that nobody told us of, those first that were not asked about for longest. Throws the first failure. */
    async sweep(): Promise<void> {
      let failure: unknown;
      for (const provider of providers.keys()) {
        const rows = await db
          .selectFrom('top_up_order')
          .selectAll()
          .where('state', '=', 'open')
          .where('provider', '=', provider)
          .orderBy(eb => eb.fn.coalesce('asked_at', eb.val('')))
          .orderBy('id')
          .limit(sweepBatch)
          .execute();
        for (const row of rows) {
          try {
            await reconcile(row);
          } catch (error) {
            failure ??= error;
            // Nobody is there: the others wait for the next round as well.
            if (error instanceof PorterError && error.code === 'provider_unavailable') break;
          }
        }
      }
      if (failure !== undefined) throw failure;
    },
  };
}

const orderKey = (id: string): string => `top-up-order:${id}`;
