import { Type } from 'typebox';
import { AmountMinor, Currency, Id, PositiveAmountMinor, Timestamp } from '../common.js';

const Reason = Type.String({ minLength: 3, maxLength: 300 });
const Amount = Type.String({ maxLength: 20 });
const Day = Type.String({ format: 'date' });
const Name = Type.String({ minLength: 1, maxLength: 100 });

/**
 * `POST /api/v1/refunds` — takes back a meal (all its transfers) or a top-up, whole when no amount is given. Above the limit of the
 * configuration it waits for somebody else's approval. Idempotent by `requestId`. Errors: `transfer_unknown`, `not_refundable`,
 * `posting_refused`, `amount_*`.
 */
export const RefundRequest = Type.Object({
  requestId: Id,
  transferId: Id,
  amount: Type.Optional(Amount),
  reason: Reason,
});
export type RefundRequest = Type.Static<typeof RefundRequest>;

export const RefundState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('posted'),
  Type.Literal('refused'),
]);
export type RefundState = Type.Static<typeof RefundState>;

export const Refund = Type.Object({
  id: Id,
  state: RefundState,
  personId: Type.Optional(Id),
  personName: Type.Optional(Type.String()),
  studentNumber: Type.Optional(Type.String()),
  orderId: Type.Optional(Id),
  amount_minor: PositiveAmountMinor,
  currency: Currency,
  reason: Type.String(),
  requestedAt: Timestamp,
  requestedBy: Type.String(),
  decidedAt: Type.Optional(Timestamp),
  decidedBy: Type.Optional(Type.String()),
  /** The transfers that give the money back. */
  transferIds: Type.Array(Id),
});
export type Refund = Type.Static<typeof Refund>;

/** `GET /api/v1/refunds` — newest first. */
export const RefundsQuery = Type.Object({
  state: Type.Optional(RefundState),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type RefundsQuery = Type.Static<typeof RefundsQuery>;

/** `POST /api/v1/refunds/:id/decision` — by another than who asked. Errors: `same_person`, `refund_decided`. */
export const RefundDecision = Type.Object({ approve: Type.Boolean() });
export type RefundDecision = Type.Static<typeof RefundDecision>;

/**
 * `POST /api/v1/people/:id/subsidies` — money that is spent before the person's own and ends. Idempotent by `requestId`.
 * Errors: `person_unknown`, `ends_before_it_begins`, `amount_*`.
 */
export const SubsidyRequest = Type.Object({
  requestId: Id,
  amount: Amount,
  reason: Reason,
  /** Now when absent. */
  validFrom: Type.Optional(Timestamp),
  expiresAt: Timestamp,
  /** Names of the meal periods in which it may be spent; all when absent. */
  periods: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 10 })),
});
export type SubsidyRequest = Type.Static<typeof SubsidyRequest>;

/** `GET /api/v1/people/:id/subsidies` — the one that ends first first. */
export const Subsidy = Type.Object({
  id: Id,
  personId: Id,
  amount_minor: PositiveAmountMinor,
  balance_minor: AmountMinor,
  validFrom: Timestamp,
  expiresAt: Timestamp,
  periods: Type.Optional(Type.Array(Type.String())),
  /** `ended`: what was left went back. */
  state: Type.Union([Type.Literal('open'), Type.Literal('ended')]),
  reason: Type.String(),
});
export type Subsidy = Type.Static<typeof Subsidy>;

/** `PUT /api/v1/people/:id/overdraft` — how far below zero the wallet may go. "0" ends it. */
export const OverdraftUpdate = Type.Object({ amount: Amount });
export type OverdraftUpdate = Type.Static<typeof OverdraftUpdate>;

/** Minutes from midnight by the clock on the canteen's wall; `to_min` exclusive. */
export const MealPeriod = Type.Object({
  name: Name,
  from_min: Type.Integer({ minimum: 0, maximum: 1439 }),
  to_min: Type.Integer({ minimum: 1, maximum: 1440 }),
});
export type MealPeriod = Type.Static<typeof MealPeriod>;

/** `GET|PUT /api/v1/canteens/:name` — its days and meal periods. Errors: `bad_periods`, `time_zone_unknown`. */
export const CanteenUpdate = Type.Object({
  timeZone: Type.String({ minLength: 1, maxLength: 60 }),
  periods: Type.Array(MealPeriod, { maxItems: 10 }),
});
export type CanteenUpdate = Type.Static<typeof CanteenUpdate>;
export const Canteen = Type.Intersect([Type.Object({ name: Name }), CanteenUpdate]);
export type Canteen = Type.Static<typeof Canteen>;

const Figures = {
  meals: Type.Integer(),
  /** Sum of the meals. */
  gross_minor: AmountMinor,
  refunded_minor: AmountMinor,
  net_minor: AmountMinor,
  cash_minor: AmountMinor,
  subsidy_minor: AmountMinor,
  offline: Type.Integer(),
  flagged: Type.Integer(),
  /** Meals of an earlier date that came after its books were closed. */
  late: Type.Integer(),
};

/** `GET /api/v1/canteens/:name/days/:day` and the same with `.csv` — each figure is a sum over `/transfers?canteen&businessDay&tillId`. */
export const Settlement = Type.Object({
  canteen: Type.String(),
  day: Day,
  currency: Currency,
  /** Until then it may still change. */
  closed: Type.Optional(
    Type.Object({
      at: Timestamp,
      by: Type.String(),
      missingTills: Type.Array(Type.String()),
      reason: Type.Optional(Type.String()),
    }),
  ),
  tills: Type.Array(
    Type.Object({
      tillId: Type.String(),
      tillName: Type.String(),
      /** Where the till stood when it took the money; a till that was moved has a line for each. */
      stall: Type.Optional(Type.String()),
      ...Figures,
    }),
  ),
  /** The same by stall; the tills of none have the empty name. */
  stalls: Type.Array(Type.Object({ stall: Type.String(), ...Figures })),
  periods: Type.Array(Type.Object({ period: Type.String(), meals: Type.Integer(), net_minor: AmountMinor })),
  total: Type.Object(Figures),
});
export type Settlement = Type.Static<typeof Settlement>;

/**
 * `POST /api/v1/canteens/:name/days/:day/close` — refused with `tills_missing` while a till may still hold meals of that day, unless
 * `withoutMissing` says that it is closed without them. Errors: `day_not_over`, `tills_missing`. Closing twice gives the first closing.
 */
export const DayClose = Type.Object({
  withoutMissing: Type.Boolean({ default: false }),
  /** Why it is closed without them. */
  reason: Type.Optional(Reason),
});
export type DayClose = Type.Static<typeof DayClose>;
