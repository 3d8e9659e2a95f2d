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
]);
export type TransferKind = Type.Static<typeof TransferKind>;

/** `GET /api/v1/transfers` */
export const TransfersQuery = Type.Object({
  personId: Type.Optional(Id),
  kind: Type.Optional(TransferKind),
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
  /** The person's wallet after this transfer. */
  balanceAfter_minor: Type.Optional(AmountMinor),
  tillId: Type.Optional(Id),
  tillName: Type.Optional(Type.String()),
  canteen: Type.Optional(Type.String()),
  orderId: Type.Optional(Id),
  mode: Type.Optional(Type.Union([Type.Literal('online'), Type.Literal('offline')])),
  /** Posted although the wallet's floor was passed: an offline meal is a fact. */
  flagged: Type.Boolean(),
});
export type Transfer = Type.Static<typeof Transfer>;

/** `GET /api/v1/people/:id/account` */
export const Account = Type.Object({
  personId: Id,
  balance_minor: AmountMinor,
  held_minor: AmountMinor,
  currency: Currency,
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
