import { Type } from 'typebox';
import { AmountMinor, Base64, Currency, DevicePurpose, Id, Sha256Hex, Timestamp } from './common.js';
import { CardNumber, mostCards, mostPhones, PhoneKey } from './credentials.js';
import { DrillKind } from './events.js';
import { PinVerifier } from './pin.js';
import { Pricing } from './pricing.js';

/** One embedding. `vector`: float32 little-endian, unit length, base64. */
export const GalleryTemplate = Type.Object({
  templateId: Id,
  packId: Type.String({ maxLength: 100 }),
  vector: Base64(16_384),
  /** 0 to 1, as measured at enrolment. */
  quality: Type.Number({ minimum: 0, maximum: 1 }),
});
export type GalleryTemplate = Type.Static<typeof GalleryTemplate>;

/** A weekly window in the campus' time zone; minutes from midnight, `to` exclusive, up to 1440. */
export const WeeklyWindow = Type.Object({
  /** 1 = Monday … 7 = Sunday. */
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 7 }),
  from_min: Type.Integer({ minimum: 0, maximum: 1440 }),
  to_min: Type.Integer({ minimum: 0, maximum: 1440 }),
});
export type WeeklyWindow = Type.Static<typeof WeeklyWindow>;

/** Leave to pass one access point. No windows: at any time. */
export const AccessGrant = Type.Object({
  accessPointId: Id,
  windows: Type.Array(WeeklyWindow, { maxItems: 50 }),
  validFrom: Type.Optional(Timestamp),
  validUntil: Type.Optional(Timestamp),
});
export type AccessGrant = Type.Static<typeof AccessGrant>;

/** What a device knows of a person: never the full name, only what its screen may show. */
export const GalleryPerson = Type.Object({
  personId: Id,
  studentNumber: Type.String({ maxLength: 40 }),
  /** Masked, e.g. `李*` or `Ada L.` */
  displayName: Type.String({ maxLength: 100 }),
  status: Type.Union([Type.Literal('active'), Type.Literal('blocked')]),
  validUntil: Type.Optional(Timestamp),
  /** None: the person pays without a face. */
  templates: Type.Array(GalleryTemplate, { maxItems: 10 }),
  /** Purpose `door`. */
  access: Type.Optional(Type.Array(AccessGrant, { maxItems: 200 })),
  /** Purpose `payment`. */
  payment: Type.Optional(
    Type.Object({
      offlineAllowed: Type.Boolean(),
      perMealLimit_minor: AmountMinor,
      perDayLimit_minor: AmountMinor,
      /** Absent: the person has no PIN. */
      pin: Type.Optional(PinVerifier),
      cards: Type.Optional(Type.Array(CardNumber, { maxItems: mostCards })),
      phones: Type.Optional(Type.Array(PhoneKey, { maxItems: mostPhones })),
    }),
  ),
});
export type GalleryPerson = Type.Static<typeof GalleryPerson>;

/**
 * One step of a gallery. The same person appears at most once in a page; a later revision replaces an earlier one
 * whole. `contentHash` = SHA-256 of the canonical JSON of `person`.
 */
export const GalleryChange = Type.Union([
  Type.Object({
    kind: Type.Literal('upsert'),
    revision: Type.Integer({ minimum: 1 }),
    contentHash: Sha256Hex,
    person: GalleryPerson,
  }),
  Type.Object({ kind: Type.Literal('tombstone'), revision: Type.Integer({ minimum: 1 }), personId: Id }),
]);
export type GalleryChange = Type.Static<typeof GalleryChange>;

/** What central tells a gate about itself. */
export const GateSettings = Type.Object({
  accessPoint: Type.Object({
    id: Id,
    name: Type.String(),
    direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  }),
  /** Wanted false-positive identification rate for one approach. */
  fpir: Type.Number({ minimum: 1e-9, maximum: 0.5 }),
  relayPulse_ms: Type.Integer({ minimum: 100, maximum: 60_000 }),
  /** IANA zone in which weekly windows are meant. */
  timeZone: Type.String(),
  /** While it lasts, whoever comes is judged for liveness alone, and the door stays shut. */
  drill: Type.Optional(Type.Object({ id: Id, presented: DrillKind, endsAt: Timestamp })),
});
export type GateSettings = Type.Static<typeof GateSettings>;

/** Of one canteen. */
export const mostCashiers = 100;

/** What central tells a till about itself; the limits bound what may be served while central is out of reach. */
export const TillSettings = Type.Object({
  till: Type.Object({ id: Id, name: Type.String(), canteen: Type.String() }),
  fpir: Type.Number({ minimum: 1e-9, maximum: 0.5 }),
  currency: Currency,
  timeZone: Type.String(),
  perMealLimit_minor: AmountMinor,
  /** Seconds after a paid meal in which the same diner is asked "paid already, charge again?". */
  cooldown_s: Type.Integer({ minimum: 0, maximum: 86_400 }),
  /** Meals above it ask for the diner's PIN; absent: none does. */
  pinAbove_minor: Type.Optional(AmountMinor),
  offline: Type.Object({
    perMealLimit_minor: AmountMinor,
    perPersonDayLimit_minor: AmountMinor,
    tillTotalLimit_minor: AmountMinor,
    maxHours: Type.Number({ minimum: 0, maximum: 720 }),
  }),
  /** Who may open a shift, by their PIN. Absent: whoever gives a name. */
  cashiers: Type.Optional(
    Type.Array(Type.Object({ cashierId: Id, name: Type.String({ maxLength: 100 }), pin: PinVerifier }), {
      maxItems: mostCashiers,
    }),
  ),
  /** Absent: amounts are typed. */
  pricing: Type.Optional(Pricing),
});
export type TillSettings = Type.Static<typeof TillSettings>;

export const DeviceSettings = Type.Object({
  gate: Type.Optional(GateSettings),
  till: Type.Optional(TillSettings),
  /** Campus name for the screen. */
  campus: Type.String(),
});
export type DeviceSettings = Type.Static<typeof DeviceSettings>;

/** `GET /device/v1/gallery/changes?after&settings&wait_ms&limit` — answers at once when there is news, else waits. */
export const ChangesQuery = Type.Object({
  after: Type.Integer({ minimum: 0, default: 0 }),
  /** Hash of the settings the device has; another hash at central is news. */
  settings: Type.Optional(Sha256Hex),
  wait_ms: Type.Integer({ minimum: 0, maximum: 60_000, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 200 }),
});
export type ChangesQuery = Type.Static<typeof ChangesQuery>;

export const ChangesPage = Type.Object({
  purpose: DevicePurpose,
  /** Changes of the gallery's history when central was restored from a backup: start again from 0. */
  epoch: Id,
  changes: Type.Array(GalleryChange, { maxItems: 500 }),
  /** Cursor after this page. */
  revision: Type.Integer({ minimum: 0 }),
  more: Type.Boolean(),
  /** Only when `more` is false: digest of the whole gallery at `revision` (see galleryDigest). */
  digest: Type.Optional(Sha256Hex),
  settings: DeviceSettings,
  settingsHash: Sha256Hex,
  serverTime: Timestamp,
});
export type ChangesPage = Type.Static<typeof ChangesPage>;
