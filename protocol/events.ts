import { Type } from 'typebox';
import { AmountMinor, Currency, Id, PositiveAmountMinor, Sha256Hex, Timestamp } from './common.js';
import { CodeId, PaymentCredential } from './credentials.js';
import { mostCartLines, PricedLine } from './pricing.js';

/** The numbers behind a decision; enough to replay it, without an image. */
export const Evidence = Type.Object({
  packId: Type.String({ maxLength: 100 }),
  /** Cosine of the best person, -1 to 1. */
  score: Type.Number(),
  /** Distance to the second-best person; 2 when there is no second. */
  margin: Type.Number(),
  threshold: Type.Number(),
  quality: Type.Number(),
  liveness: Type.Optional(Type.Number()),
  galleryRevision: Type.Integer({ minimum: 0 }),
  galleryPersons: Type.Integer({ minimum: 0 }),
  /** What chose among persons that the face alone did not tell apart: the end of the student number. */
  secondFactor: Type.Optional(Type.Literal('student-number')),
  frames: Type.Integer({ minimum: 0 }),
});
export type Evidence = Type.Static<typeof Evidence>;

export const AccessReason = Type.Union(
  (
    [
      'granted',
      'unknown-person',
      'unsure',
      'no-permission',
      'outside-schedule',
      'expired',
      'blocked',
      'not-live',
      'clock-untrusted',
    ] as const
  ).map(reason => Type.Literal(reason)),
);
export type AccessReason =
  | 'granted'
  | 'unknown-person'
  | 'unsure'
  | 'no-permission'
  | 'outside-schedule'
  | 'expired'
  | 'blocked'
  | 'not-live'
  | 'clock-untrusted';

export const AccessEvent = Type.Object({
  kind: Type.Literal('access'),
  accessPointId: Id,
  decision: Type.Union([Type.Literal('grant'), Type.Literal('deny')]),
  reason: AccessReason,
  personId: Type.Optional(Id),
  credential: Type.Literal('face'),
  evidence: Evidence,
});
export type AccessEvent = Omit<Type.Static<typeof AccessEvent>, 'reason'> & { reason: AccessReason };

/** A meal that was confirmed and served. `orderId` is the idempotency key of the whole payment. */
export const MealEvent = Type.Object({
  kind: Type.Literal('meal'),
  orderId: Id,
  tillId: Id,
  personId: Id,
  amount_minor: PositiveAmountMinor,
  currency: Currency,
  confirmedAt: Timestamp,
  /** `online`: a hold of the same order stands at central; `offline`: served within the till's limits. */
  mode: Type.Union([Type.Literal('online'), Type.Literal('offline')]),
  /** Absent: the face. */
  credential: Type.Optional(PaymentCredential),
  /** Of a phone's code. */
  codeId: Type.Optional(CodeId),
  /** Of the face. */
  evidence: Type.Optional(Evidence),
  /** What was on the tray, where the till priced it; their sum is the amount. */
  lines: Type.Optional(Type.Array(PricedLine, { maxItems: mostCartLines })),
});
export type MealEvent = Type.Static<typeof MealEvent>;

/** The device no longer holds this person's templates: a receipt for an erasure. */
export const ErasureEvent = Type.Object({
  kind: Type.Literal('erasure'),
  personId: Id,
  revision: Type.Integer({ minimum: 1 }),
});
export type ErasureEvent = Type.Static<typeof ErasureEvent>;

/** What is held up to a gate in a drill: somebody alive, or an attack of one kind. */
export const DrillKind = Type.Union([
  Type.Literal('live'),
  Type.Literal('print'),
  Type.Literal('screen'),
  Type.Literal('mask'),
]);
export type DrillKind = Type.Static<typeof DrillKind>;

/**
 * One presentation in a drill: nobody is identified, no door opens. `passed`: taken for alive; `stopped`: not; `no-response`: gone
 * before the gate could tell.
 */
export const DrillEvent = Type.Object({
  kind: Type.Literal('drill'),
  drillId: Id,
  accessPointId: Id,
  presented: DrillKind,
  outcome: Type.Union([Type.Literal('passed'), Type.Literal('stopped'), Type.Literal('no-response')]),
  /** Of the whole approach; absent when no net looked. */
  liveness: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  threshold: Type.Number({ minimum: 0, maximum: 1 }),
  frames: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  watched_ms: Type.Integer({ minimum: 0 }),
  /** Names of the cues that spoke against it. */
  doubts: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 }),
});
export type DrillEvent = Type.Static<typeof DrillEvent>;

/** How many, and their sum. */
export const ShiftCount = Type.Object({
  count: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  sum_minor: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
});
export type ShiftCount = Type.Static<typeof ShiftCount>;

/** A shift's last event: what the till counted on its own, for central to compare with what was posted. */
export const ShiftClosedEvent = Type.Object({
  kind: Type.Literal('shift-closed'),
  shiftId: Id,
  tillId: Id,
  cashier: Type.String({ minLength: 1, maxLength: 100 }),
  openedAt: Timestamp,
  closedAt: Timestamp,
  currency: Currency,
  /** All that were paid, online and offline; also those that were given back later. */
  meals: ShiftCount,
  /** Those of them that were served without central. */
  offline: ShiftCount,
  /** Given back at the till. */
  refunds: ShiftCount,
  /** The meals one by one. Without it only the sums can be compared. */
  orders: Type.Optional(
    Type.Array(Type.Object({ orderId: Id, amount_minor: PositiveAmountMinor }), { maxItems: 2_000 }),
  ),
});
export type ShiftClosedEvent = Type.Static<typeof ShiftClosedEvent>;

/** A whole meal that the cashier gave back at the till. Comes after its meal, being later in the same chain. */
export const MealRefundEvent = Type.Object({
  kind: Type.Literal('meal-refund'),
  orderId: Id,
  tillId: Id,
  amount_minor: PositiveAmountMinor,
  currency: Currency,
  refundedAt: Timestamp,
  /** Whose shift it was. */
  cashier: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
});
export type MealRefundEvent = Type.Static<typeof MealRefundEvent>;

export const EventBody = Type.Union([
  AccessEvent,
  MealEvent,
  ErasureEvent,
  ShiftClosedEvent,
  MealRefundEvent,
  DrillEvent,
]);
export type EventBody =
  | AccessEvent
  | MealEvent
  | ErasureEvent
  | ShiftClosedEvent
  | MealRefundEvent
  | DrillEvent;

/**
 * An event as the outbox keeps and sends it. `hash` = SHA-256 of the canonical JSON of all other fields;
 * `previousHash` is the hash of sequence − 1, 64 zeros for the first.
 */
export const EventEnvelope = Type.Object({
  id: Id,
  sequence: Type.Integer({ minimum: 1 }),
  at: Timestamp,
  bootId: Id,
  monotonic_ms: Type.Number({ minimum: 0 }),
  clockTrusted: Type.Boolean(),
  body: EventBody,
  previousHash: Sha256Hex,
  hash: Sha256Hex,
});
export type EventEnvelope = Omit<Type.Static<typeof EventEnvelope>, 'body'> & { body: EventBody };

/** `POST /device/v1/events` */
export const EventBatch = Type.Object({ events: Type.Array(EventEnvelope, { minItems: 1, maxItems: 200 }) });
export type EventBatch = { events: EventEnvelope[] };

/**
 * The fate of one event. `stored` and `duplicate` may leave the outbox; `rejected` is authentic but unusable (kept
 * at central for people to look at) and may leave as well; `quarantined` means a cloned device or a broken chain.
 */
export const EventResult = Type.Object({
  id: Id,
  sequence: Type.Integer(),
  outcome: Type.Union([
    Type.Literal('stored'),
    Type.Literal('duplicate'),
    Type.Literal('rejected'),
    Type.Literal('quarantined'),
  ]),
  code: Type.Optional(Type.String()),
  /** For meals: the posted transfer and the diner's balance after it. */
  transferId: Type.Optional(Id),
  balance_minor: Type.Optional(AmountMinor),
});
export type EventResult = Type.Static<typeof EventResult>;

export const EventBatchResult = Type.Object({ results: Type.Array(EventResult), serverTime: Timestamp });
export type EventBatchResult = Type.Static<typeof EventBatchResult>;

/** `POST /device/v1/status` — every 10 s and on change; feeds "devices online" in the console. */
export const DeviceStatus = Type.Object({
  softwareVersion: Type.String({ maxLength: 50 }),
  packId: Type.String({ maxLength: 100 }),
  camera: Type.Union([Type.Literal('ok'), Type.Literal('lost'), Type.Literal('starting')]),
  door: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('failed')])),
  disk: Type.Union([Type.Literal('ok'), Type.Literal('full')]),
  galleryRevision: Type.Integer({ minimum: 0 }),
  galleryDigest: Sha256Hex,
  galleryPersons: Type.Integer({ minimum: 0 }),
  outboxDepth: Type.Integer({ minimum: 0 }),
  lastSequence: Type.Integer({ minimum: 0 }),
  memory_bytes: Type.Integer({ minimum: 0 }),
});
export type DeviceStatus = Type.Static<typeof DeviceStatus>;
