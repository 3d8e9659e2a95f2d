import { Type } from 'typebox';
import { AmountMinor, Currency, Id, Timestamp } from '../common.js';
import { ShiftCount } from '../events.js';
import { Pricing } from '../pricing.js';
import { Subsidy, SubsidyRequest } from './canteen.js';

const Name = Type.String({ minLength: 1, maxLength: 100 });
const Day = Type.String({ format: 'date' });
const Cursor = Type.Optional(Type.String({ maxLength: 200 }));
const Limit = Type.Integer({ minimum: 1, maximum: 200, default: 50 });

/** `PATCH /api/v1/tills/:id` — an empty `stall` takes the till out of its stall; what it took before stays with that. */
export const TillUpdate = Type.Object({
  stall: Type.Optional(Type.String({ maxLength: 100 })),
  perMealLimit_minor: Type.Optional(AmountMinor),
  /** `null`: amounts are typed. */
  pricing: Type.Optional(Type.Union([Pricing, Type.Null()])),
});
export type TillUpdate = Type.Static<typeof TillUpdate>;

/**
 * `open`: it still runs. `closing`: it is over, and waits for its tills or for somebody who closes it. `closed`: its figures stay.
 */
export const DayState = Type.Union([Type.Literal('open'), Type.Literal('closing'), Type.Literal('closed')]);
export type DayState = Type.Static<typeof DayState>;

export const BusinessDay = Type.Object({
  day: Day,
  state: DayState,
  meals: Type.Integer(),
  net_minor: AmountMinor,
  closedAt: Type.Optional(Timestamp),
  closedBy: Type.Optional(Type.String()),
  /** Why it was closed without tills that might still have held meals. */
  reason: Type.Optional(Type.String()),
  /** Tills that may still hold meals of it; of a closed day those that it was closed without. */
  missingTills: Type.Array(Type.String()),
});
export type BusinessDay = Type.Static<typeof BusinessDay>;

export const TillWatermark = Type.Object({
  tillId: Id,
  tillName: Type.String(),
  stall: Type.Optional(Type.String()),
  lastSeenAt: Type.Optional(Timestamp),
  /** All it served before has come. */
  settledUntil: Type.Optional(Timestamp),
});
export type TillWatermark = Type.Static<typeof TillWatermark>;

/** `GET /api/v1/canteens/:name/days` — the newest 62 days, newest first, and how far each till has delivered. */
export const CanteenDays = Type.Object({
  canteen: Name,
  timeZone: Type.String(),
  currency: Currency,
  items: Type.Array(BusinessDay),
  tills: Type.Array(TillWatermark),
});
export type CanteenDays = Type.Static<typeof CanteenDays>;

/** Who gets a subsidy: these people, or all active ones of a building, of a department or of the campus. */
export const SubsidyGroup = Type.Union([
  Type.Object({ kind: Type.Literal('people'), personIds: Type.Array(Id, { minItems: 1, maxItems: 1_000 }) }),
  Type.Object({ kind: Type.Literal('building'), building: Name }),
  Type.Object({ kind: Type.Literal('department'), department: Name }),
  Type.Object({ kind: Type.Literal('everyone') }),
]);
export type SubsidyGroup = Type.Static<typeof SubsidyGroup>;

/**
 * `POST /api/v1/subsidies` — the same subsidy to each of many. Idempotent by `requestId` and person: sent again after an answer was
 * lost, it goes on where it ended and gives nobody twice. Errors: `nobody_meant`, `too_many_people`, those of one subsidy.
 */
export const SubsidyBatch = Type.Object({ ...SubsidyRequest.properties, to: SubsidyGroup });
export type SubsidyBatch = Type.Static<typeof SubsidyBatch>;
export const SubsidyBatchResult = Type.Object({
  people: Type.Integer(),
  each_minor: AmountMinor,
  total_minor: AmountMinor,
  currency: Currency,
});
export type SubsidyBatchResult = Type.Static<typeof SubsidyBatchResult>;

/** `GET /api/v1/subsidies` — newest first. */
export const SubsidiesQuery = Type.Object({
  state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('ended')])),
  personId: Type.Optional(Id),
  cursor: Cursor,
  limit: Limit,
});
export type SubsidiesQuery = Type.Static<typeof SubsidiesQuery>;
export const GrantedSubsidy = Type.Object({
  ...Subsidy.properties,
  personName: Type.Optional(Type.String()),
  studentNumber: Type.Optional(Type.String()),
  currency: Currency,
  createdAt: Timestamp,
});
export type GrantedSubsidy = Type.Static<typeof GrantedSubsidy>;

/** `GET /api/v1/holds` — money that orders hold, the oldest first. `expired`: nothing keeps the money any more but a late meal. */
export const StandingHold = Type.Object({
  id: Id,
  personId: Type.Optional(Id),
  personName: Type.Optional(Type.String()),
  studentNumber: Type.Optional(Type.String()),
  tillName: Type.Optional(Type.String()),
  amount_minor: AmountMinor,
  currency: Currency,
  placedAt: Timestamp,
  expiresAt: Timestamp,
  expired: Type.Boolean(),
});
export type StandingHold = Type.Static<typeof StandingHold>;

/** What a till counted of a shift, beside what was posted of it. */
export const Shift = Type.Object({
  id: Id,
  tillId: Id,
  tillName: Type.String(),
  canteen: Type.String(),
  stall: Type.Optional(Type.String()),
  cashier: Type.String(),
  openedAt: Timestamp,
  closedAt: Timestamp,
  receivedAt: Timestamp,
  currency: Currency,
  reported: Type.Object({ meals: ShiftCount, offline: ShiftCount, refunds: ShiftCount }),
  /** Central's own figures of the same till, shift and time. */
  posted: Type.Object({ meals: ShiftCount, offline: ShiftCount, refunds: ShiftCount }),
  agrees: Type.Boolean(),
});
export type Shift = Type.Static<typeof Shift>;

/** `missing`: the till counted it, central did not post it. `extra`: the other way round. `differs`: another amount. */
export const ShiftDifference = Type.Object({
  kind: Type.Union([Type.Literal('missing'), Type.Literal('extra'), Type.Literal('differs')]),
  orderId: Id,
  reported_minor: Type.Optional(AmountMinor),
  posted_minor: Type.Optional(AmountMinor),
  /** Why central refused the meal. */
  code: Type.Optional(Type.String()),
});
export type ShiftDifference = Type.Static<typeof ShiftDifference>;

/** `GET /api/v1/shifts` — newest first. */
export const ShiftsQuery = Type.Object({
  canteen: Type.Optional(Name),
  tillId: Type.Optional(Id),
  cursor: Cursor,
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 30 }),
});
export type ShiftsQuery = Type.Static<typeof ShiftsQuery>;

/** `GET /api/v1/shifts/:id`. Errors: `shift_unknown`. */
export const ShiftDetail = Type.Object({
  ...Shift.properties,
  /** Whether the till sent its meals one by one; otherwise only the sums were compared. */
  itemised: Type.Boolean(),
  differences: Type.Array(ShiftDifference),
});
export type ShiftDetail = Type.Static<typeof ShiftDetail>;
