import { Type } from 'typebox';

/** UUIDv7 in canonical lower-case form. */
export const Id = Type.String({ format: 'uuid', minLength: 36, maxLength: 36 });
/** RFC 3339 in UTC, as `Date.toISOString` gives. */
export const Timestamp = Type.String({ format: 'date-time', maxLength: 40 });
/** Whole minor units (fen). */
export const AmountMinor = Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 });
export const PositiveAmountMinor = Type.Integer({ minimum: 1, maximum: 100_000_000 });
/** ISO 4217. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
export const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const Base64 = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength });

/** What a template may be used for; consent is given and withdrawn for each separately. */
export const Purpose = Type.Union([
  Type.Literal('door'),
  Type.Literal('payment'),
  Type.Literal('attendance'),
]);
/** The purposes that put a template on a device. */
export const DevicePurpose = Type.Union([Type.Literal('door'), Type.Literal('payment')]);
export const DeviceKind = Type.Union([Type.Literal('gate'), Type.Literal('till')]);

export type Purpose = Type.Static<typeof Purpose>;
export type DevicePurpose = Type.Static<typeof DevicePurpose>;
export type DeviceKind = Type.Static<typeof DeviceKind>;

/** A page of a list. `nextCursor` is absent on the last page. */
export const Page = <T extends Type.TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });
