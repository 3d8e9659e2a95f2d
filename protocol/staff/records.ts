import { Type } from 'typebox';
import { AmountMinor, Currency, Id, PositiveAmountMinor, Timestamp } from '../common.js';
import { AccessReason, Evidence, type AccessReason as Reason } from '../events.js';

/** `GET /api/v1/entries` */
export const EntriesQuery = Type.Object({
  accessPointId: Type.Optional(Id),
  personId: Type.Optional(Id),
  decision: Type.Optional(Type.Union([Type.Literal('grant'), Type.Literal('deny')])),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type EntriesQuery = Type.Static<typeof EntriesQuery>;

export const Entry = Type.Object({
  id: Id,
  /** When it happened, by the device's clock. */
  at: Timestamp,
  receivedAt: Timestamp,
  deviceId: Id,
  accessPointId: Id,
  accessPointName: Type.String(),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  decision: Type.Union([Type.Literal('grant'), Type.Literal('deny')]),
  reason: AccessReason,
  personId: Type.Optional(Id),
  personName: Type.Optional(Type.String()),
  studentNumber: Type.Optional(Type.String()),
  evidence: Evidence,
});
export type Entry = Omit<Type.Static<typeof Entry>, 'reason'> & { reason: Reason };

export const TransferKind = Type.Union([
  Type.Literal('top-up'),
  Type.Literal('meal'),
  Type.Literal('refund'),
  /** Paid into a person's subsidy. */
  Type.Literal('subsidy'),
  /** What was left of a subsidy when it ended. */
  Type.Literal('expiry'),
]);
export type TransferKind = Type.Static<typeof TransferKind>;

/**
 * Why somebody should look at a transfer. `below-floor`: an offline meal took the wallet below its floor. `after-release`: the
 * order's hold had been given back. `hold-differs`: the hold was another person's or another amount.
 */
export const FlagReason = Type.Union([
  Type.Literal('below-floor'),
  Type.Literal('after-release'),
  Type.Literal('hold-differs'),
  Type.Literal('code-used-twice'),
]);
export type FlagReason = Type.Static<typeof FlagReason>;

/** `GET /api/v1/transfers` */
export const TransfersQuery = Type.Object({
  personId: Type.Optional(Id),
  kind: Type.Optional(TransferKind),
  tillId: Type.Optional(Id),
  canteen: Type.Optional(Type.String({ maxLength: 100 })),
  /** Empty: the tills that belong to none. */
  stall: Type.Optional(Type.String({ maxLength: 100 })),
  businessDay: Type.Optional(Type.String({ format: 'date' })),
  /** Empty: between the periods. */
  mealPeriod: Type.Optional(Type.String({ maxLength: 100 })),
  mode: Type.Optional(Type.Union([Type.Literal('online'), Type.Literal('offline')])),
  wallet: Type.Optional(Type.Union([Type.Literal('cash'), Type.Literal('subsidy')])),
  /** Booked on a later day than that of its meal. */
  late: Type.Optional(Type.Boolean()),
  orderId: Type.Optional(Id),
  flagged: Type.Optional(Type.Boolean()),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type TransfersQuery = Type.Static<typeof TransfersQuery>;

export const Transfer = Type.Object({
  id: Id,
  kind: TransferKind,
  at: Timestamp,
  /** When the meal was confirmed at the till. */
  occurredAt: Type.Optional(Timestamp),
  amount_minor: PositiveAmountMinor,
  currency: Currency,
  debitAccountId: Id,
  creditAccountId: Id,
  personId: Type.Optional(Id),
  personName: Type.Optional(Type.String()),
  studentNumber: Type.Optional(Type.String()),
  /** The person's wallet, or subsidy, after this transfer. */
  balanceAfter_minor: Type.Optional(AmountMinor),
  tillId: Type.Optional(Id),
  tillName: Type.Optional(Type.String()),
  canteen: Type.Optional(Type.String()),
  stall: Type.Optional(Type.String()),
  orderId: Type.Optional(Id),
  mode: Type.Optional(Type.Union([Type.Literal('online'), Type.Literal('offline')])),
  /** Posted although something was not as it should be: an offline meal is a fact. */
  flagged: Type.Boolean(),
  flag: Type.Optional(FlagReason),
  /** A meal may take from both: one transfer each, of the same order. */
  wallet: Type.Optional(Type.Union([Type.Literal('cash'), Type.Literal('subsidy')])),
  /** The transfer that this one takes back. */
  reverses: Type.Optional(Id),
  mealDate: Type.Optional(Type.String()),
  mealPeriod: Type.Optional(Type.String()),
  /** Day of the canteen's books: later than the meal's date when that was closed. */
  businessDay: Type.Optional(Type.String()),
});
export type Transfer = Type.Static<typeof Transfer>;

/** `GET /api/v1/people/:id/account` */
export const Account = Type.Object({
  personId: Id,
  balance_minor: AmountMinor,
  held_minor: AmountMinor,
  currency: Currency,
  /** How far below zero the wallet may go. */
  overdraft_minor: Type.Optional(AmountMinor),
  /** Sum of the subsidies that have not ended; spent before the balance. */
  subsidy_minor: Type.Optional(AmountMinor),
});
export type Account = Type.Static<typeof Account>;

/** `POST /api/v1/people/:id/top-ups` — `requestId` makes it idempotent; the amount is text in major units, "50.00". */
export const TopUpRequest = Type.Object({
  requestId: Id,
  amount: Type.String({ maxLength: 20 }),
});
export type TopUpRequest = Type.Static<typeof TopUpRequest>;
export const TopUpResponse = Type.Object({ transfer: Transfer, account: Account });
export type TopUpResponse = Type.Static<typeof TopUpResponse>;

/** `GET /api/v1/summary` — today by the campus' time zone. */
export const Summary = Type.Object({
  date: Type.String(),
  entries: Type.Object({ granted: Type.Integer(), denied: Type.Integer() }),
  meals: Type.Object({ count: Type.Integer(), total_minor: AmountMinor, currency: Currency }),
  devices: Type.Object({ online: Type.Integer(), total: Type.Integer() }),
  /** `enrolled`: persons with at least one template; law asks for a filing at 100,000. */
  people: Type.Object({ total: Type.Integer(), enrolled: Type.Integer(), filingLimit: Type.Integer() }),
});
export type Summary = Type.Static<typeof Summary>;
