import { Type } from 'typebox';
import { AmountMinor, Currency, Id, Timestamp } from '../common.js';

export const OnlineProvider = Type.Union([Type.Literal('wechat'), Type.Literal('alipay')]);
export type OnlineProvider = Type.Static<typeof OnlineProvider>;

/** `GET /api/v1/top-up-providers` — those that are set up. */
export const TopUpProviders = Type.Object({ items: Type.Array(OnlineProvider) });
export type TopUpProviders = Type.Static<typeof TopUpProviders>;

/**
 * `POST /api/v1/people/:id/top-up-orders` — gives the address that a QR code shows. Idempotent by `requestId`, which becomes the
 * order's id. Errors: `provider_off`, `person_unknown`, `amount_outside`, `order_differs`, `provider_unavailable`, `provider_refused`.
 */
export const TopUpOrderRequest = Type.Object({
  requestId: Id,
  provider: OnlineProvider,
  amount: Type.String({ maxLength: 20 }),
});
export type TopUpOrderRequest = Type.Static<typeof TopUpOrderRequest>;

/** `open`: it may still be paid. `closed`: its time is over. Money that comes for a closed one makes it `paid` as well, and `late`. */
export const TopUpOrderState = Type.Union([
  Type.Literal('open'),
  Type.Literal('paid'),
  Type.Literal('closed'),
]);
export type TopUpOrderState = Type.Static<typeof TopUpOrderState>;

/** `GET /api/v1/top-up-orders/:id` — asks the provider while it is open. Errors: `order_unknown`. */
export const TopUpOrder = Type.Object({
  id: Id,
  provider: OnlineProvider,
  personId: Id,
  state: TopUpOrderState,
  amount_minor: AmountMinor,
  currency: Currency,
  payUrl: Type.Optional(Type.String()),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  paidAt: Type.Optional(Timestamp),
  /** The provider's number of the payment. */
  providerId: Type.Optional(Type.String()),
  transferId: Type.Optional(Id),
  /** Paid after the order's time. */
  late: Type.Boolean(),
});
export type TopUpOrder = Type.Static<typeof TopUpOrder>;

/** `GET /api/v1/top-up-orders` — newest first. */
export const TopUpOrdersQuery = Type.Object({
  state: Type.Optional(TopUpOrderState),
  personId: Type.Optional(Id),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type TopUpOrdersQuery = Type.Static<typeof TopUpOrdersQuery>;
