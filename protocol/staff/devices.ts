import { Type } from 'typebox';
import { AmountMinor, DeviceKind, Id, Timestamp } from '../common.js';
import { DeviceStatus } from '../events.js';
import { WeeklyWindow } from '../gallery.js';
import { Pricing } from '../pricing.js';

/** `GET|POST /api/v1/access-points` */
export const AccessPointCreate = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  zone: Type.Optional(Type.String({ maxLength: 60 })),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')], { default: 'in' }),
});
export type AccessPointCreate = Type.Static<typeof AccessPointCreate>;
export const AccessPoint = Type.Object({
  id: Id,
  name: Type.String(),
  zone: Type.Optional(Type.String()),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
});
export type AccessPoint = Type.Static<typeof AccessPoint>;

/** `GET|POST /api/v1/access-rules`, `DELETE /api/v1/access-rules/:id` */
export const AccessRuleCreate = Type.Object({
  accessPointId: Id,
  subject: Type.Union([
    Type.Object({ kind: Type.Literal('everyone') }),
    Type.Object({ kind: Type.Literal('building'), building: Type.String({ minLength: 1, maxLength: 60 }) }),
    Type.Object({ kind: Type.Literal('person'), personId: Id }),
  ]),
  windows: Type.Array(WeeklyWindow, { maxItems: 20, default: [] }),
  validFrom: Type.Optional(Timestamp),
  validUntil: Type.Optional(Timestamp),
});
export type AccessRuleCreate = Type.Static<typeof AccessRuleCreate>;
export const AccessRule = Type.Intersect([Type.Object({ id: Id }), AccessRuleCreate]);
export type AccessRule = { id: string } & AccessRuleCreate;

/** `GET|POST /api/v1/tills` */
export const TillCreate = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  canteen: Type.String({ minLength: 1, maxLength: 100 }),
  /** A counter of the canteen with takings of its own; several tills may belong to one. */
  stall: Type.Optional(Type.String({ maxLength: 100 })),
  perMealLimit_minor: Type.Optional(AmountMinor),
});
export type TillCreate = Type.Static<typeof TillCreate>;
export const Till = Type.Object({
  id: Id,
  name: Type.String(),
  canteen: Type.String(),
  stall: Type.Optional(Type.String()),
  perMealLimit_minor: AmountMinor,
  /** Fixed prices and menu; absent: amounts are typed. */
  pricing: Type.Optional(Pricing),
});
export type Till = Type.Static<typeof Till>;

/** `GET|POST /api/v1/cashiers`: who may open a shift at the tills of a canteen. */
export const CashierAdd = Type.Object({
  canteen: Type.String({ minLength: 1, maxLength: 100 }),
  name: Type.String({ maxLength: 60, pattern: '\\S' }),
  pin: Type.String({ maxLength: 20 }),
});
export type CashierAdd = Type.Static<typeof CashierAdd>;
export const Cashier = Type.Object({
  id: Id,
  canteen: Type.String(),
  name: Type.String(),
  addedAt: Type.String(),
});
export type Cashier = Type.Static<typeof Cashier>;
/** `PUT /api/v1/cashiers/:id/pin` */
export const CashierPin = Type.Object({ pin: Type.String({ maxLength: 20 }) });
export type CashierPin = Type.Static<typeof CashierPin>;

/** `POST /api/v1/devices` — `placeId` is the access point of a gate, the till of a till. */
export const DeviceCreate = Type.Object({
  kind: DeviceKind,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  placeId: Id,
});
export type DeviceCreate = Type.Static<typeof DeviceCreate>;

export const DeviceState = Type.Union([
  Type.Literal('unpaired'),
  Type.Literal('online'),
  Type.Literal('offline'),
  Type.Literal('quarantined'),
  Type.Literal('revoked'),
]);
export type DeviceState = Type.Static<typeof DeviceState>;

/** `GET /api/v1/devices` */
export const Device = Type.Object({
  id: Id,
  kind: DeviceKind,
  name: Type.String(),
  placeId: Id,
  placeName: Type.String(),
  state: DeviceState,
  lastSeenAt: Type.Optional(Timestamp),
  status: Type.Optional(DeviceStatus),
  /** The revision that central has for this device's purpose, to compare with status.galleryRevision. */
  currentRevision: Type.Integer(),
  /** Whether the digest that the device reported equals central's at that revision; absent until it reported. */
  digestMatches: Type.Optional(Type.Boolean()),
});
export type Device = Type.Static<typeof Device>;

/** `POST /api/v1/devices` and `POST /api/v1/devices/:id/pairing-code`; `POST /api/v1/devices/:id/revoke` gives a Device. */
export const PairingCode = Type.Object({ device: Device, code: Type.String(), expiresAt: Timestamp });
export type PairingCode = Type.Static<typeof PairingCode>;
