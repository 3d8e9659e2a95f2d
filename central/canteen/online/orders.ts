import { formatAmount, PorterError, parseAmount } from '../../../protocol/index.js';
import type {
  OnlineProvider,
  TopUpOrder,
  TopUpOrderRequest,
  TopUpOrdersQuery,
} from '../../../protocol/staff/index.js';
import { auditedBy } from '../../audit/index.js';
import type { StaffIdentity } from '../../auth/index.js';
import type { Trx } from '../../db/index.js';
import { lockId } from '../../ledger/index.js';
import { canteenErrors } from '../errors.js';
import type { PaymentNeeds } from '../payments.js';
import type { TopUpOrderRow } from '../tables.js';
import { onlineErrors } from './errors.js';
import { findRow, listOrders, orderKey, toOrder } from './order-rows.js';
import type { Callback, TopUpProvider } from './provider.js';
import { createSettling } from './settling.js';

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
  const { db, clock, audit, config, providers, limits } = needs;
  const settle = createSettling(needs);

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
