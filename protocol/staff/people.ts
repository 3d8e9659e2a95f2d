import { Type } from 'typebox';
import { Id, Purpose, Timestamp } from '../common.js';

const StudentNumber = Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9_-]+$' });

/** `POST /api/v1/people` */
export const PersonCreate = Type.Object({
  studentNumber: StudentNumber,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  /** Dormitory building in which the person lives; access rules refer to it. */
  building: Type.Optional(Type.String({ maxLength: 60 })),
  department: Type.Optional(Type.String({ maxLength: 100 })),
  birthDate: Type.Optional(Type.String({ format: 'date' })),
  validUntil: Type.Optional(Timestamp),
});
export type PersonCreate = Type.Static<typeof PersonCreate>;

/** `PATCH /api/v1/people/:id` — `null` clears a field. */
export const PersonUpdate = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  building: Type.Optional(Type.Union([Type.String({ maxLength: 60 }), Type.Null()])),
  department: Type.Optional(Type.Union([Type.String({ maxLength: 100 }), Type.Null()])),
  validUntil: Type.Optional(Type.Union([Timestamp, Type.Null()])),
  status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('blocked')])),
});
export type PersonUpdate = Type.Static<typeof PersonUpdate>;

export const ConsentState = Type.Object({
  purpose: Purpose,
  granted: Type.Boolean(),
  /** Who gave it: the person or, under 14, a guardian. */
  givenBy: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('guardian')])),
  noticeVersion: Type.Optional(Type.String()),
  changedAt: Type.Optional(Timestamp),
});
export type ConsentState = Type.Static<typeof ConsentState>;

/** `PUT /api/v1/people/:id/consents/:purpose` */
export const ConsentUpdate = Type.Object({
  granted: Type.Boolean(),
  givenBy: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('guardian')])),
  noticeVersion: Type.Optional(Type.String({ maxLength: 40 })),
});
export type ConsentUpdate = Type.Static<typeof ConsentUpdate>;

export const TemplateInfo = Type.Object({
  id: Id,
  packId: Type.String(),
  quality: Type.Number(),
  enrolledAt: Type.String(),
  enrolledBy: Type.Optional(Type.String()),
});
export type TemplateInfo = Type.Static<typeof TemplateInfo>;

/** How far this person's current state has reached the devices of a purpose. */
export const DeviceReach = Type.Object({
  purpose: Purpose,
  /** Devices of that purpose, and how many of them reported a revision that includes the latest change. */
  devices: Type.Integer(),
  upToDate: Type.Integer(),
  /** After an erasure: how many of them sent a receipt for it. */
  erased: Type.Optional(Type.Integer()),
});
export type DeviceReach = Type.Static<typeof DeviceReach>;

export const CardInfo = Type.Object({ id: Id, ending: Type.String(), addedAt: Timestamp });
export type CardInfo = Type.Static<typeof CardInfo>;
export const PhoneInfo = Type.Object({ id: Id, addedAt: Timestamp });
export type PhoneInfo = Type.Static<typeof PhoneInfo>;

export const Person = Type.Object({
  id: Id,
  studentNumber: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  building: Type.Optional(Type.String()),
  department: Type.Optional(Type.String()),
  birthDate: Type.Optional(Type.String()),
  validUntil: Type.Optional(Type.String()),
  status: Type.Union([Type.Literal('active'), Type.Literal('blocked')]),
  /** Has a PIN for tills. */
  hasPin: Type.Boolean(),
  cards: Type.Array(CardInfo),
  phones: Type.Array(PhoneInfo),
  consents: Type.Array(ConsentState),
  templates: Type.Array(TemplateInfo),
  reach: Type.Array(DeviceReach),
  createdAt: Timestamp,
});
export type Person = Type.Static<typeof Person>;

export const PersonSummary = Type.Object({
  id: Id,
  studentNumber: Type.String(),
  name: Type.String(),
  building: Type.Optional(Type.String()),
  status: Type.Union([Type.Literal('active'), Type.Literal('blocked')]),
  templates: Type.Integer(),
  /** Purposes with consent. */
  consents: Type.Array(Purpose),
});
export type PersonSummary = Type.Static<typeof PersonSummary>;

/** `GET /api/v1/people` */
export const PeopleQuery = Type.Object({
  /** Part of the name, or the beginning of the student number. */
  query: Type.Optional(Type.String({ maxLength: 100 })),
  building: Type.Optional(Type.String({ maxLength: 60 })),
  /** `outdated`: with a face, but none of the pack that central enrols with; `none`: without a face. */
  faces: Type.Optional(Type.Union([Type.Literal('outdated'), Type.Literal('none')])),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type PeopleQuery = Type.Static<typeof PeopleQuery>;

/**
 * `POST /api/v1/people/:id/enrolments` (multipart, field `photo`; optional field `allowDuplicate=true` by an admin). The photo
 * is not kept. Errors: `no_face`, `several_faces`, `poor_quality` (params.reasons: QualityReason[]), `duplicate_face`,
 * `no_consent`, `unreadable_image`, `image_too_large`, `too_many_templates`.
 */
export const EnrolmentResult = Type.Object({
  template: TemplateInfo,
  verdict: Type.Object({
    grade: Type.Union([Type.Literal('good'), Type.Literal('fair'), Type.Literal('poor')]),
    score: Type.Number(),
    reasons: Type.Array(Type.String()),
  }),
});
export type EnrolmentResult = Type.Static<typeof EnrolmentResult>;

/** Who has templates of which model pack. Templates of different packs are never compared. */
export const PackUse = Type.Object({
  packId: Type.String(),
  persons: Type.Integer(),
  templates: Type.Integer(),
  /** Devices whose last status named this pack. */
  devices: Type.Integer(),
});
export type PackUse = Type.Static<typeof PackUse>;

/** `GET /api/v1/packs`: how far a change of model pack has come. */
export const PackPlan = Type.Object({
  /** The pack that central enrols with. */
  current: Type.String(),
  packs: Type.Array(PackUse),
  /** Persons with a face, but none of the current pack. */
  toEnrolAgain: Type.Integer(),
});
export type PackPlan = Type.Static<typeof PackPlan>;

/**
 * `DELETE /api/v1/packs/:packId`: erases a pack's templates, here and on devices. Errors: `pack_current`, `pack_in_use`
 * (params.devices), `pack_unknown`.
 */
export const PackErased = Type.Object({ persons: Type.Integer(), templates: Type.Integer() });
export type PackErased = Type.Static<typeof PackErased>;

/** `PUT /api/v1/people/:id/pin` — `null` takes it away. Errors: `pin_too_simple`. */
export const PinUpdate = Type.Object({ pin: Type.Union([Type.String({ maxLength: 20 }), Type.Null()]) });
export type PinUpdate = Type.Static<typeof PinUpdate>;

/** `POST /api/v1/people/:id/cards`; `DELETE …/cards/:cardId`. Errors: `card_number_malformed`, `card_taken`, `too_many_cards`. */
export const CardAdd = Type.Object({ number: Type.String({ maxLength: 60 }) });
export type CardAdd = Type.Static<typeof CardAdd>;

/** `POST /api/v1/people/:id/phone-invitations`: what the student's phone needs once, to be shown as a QR code. */
export const PhoneInvitation = Type.Object({
  code: Type.String(),
  /** Path of the page to open, with the code. */
  path: Type.String(),
  expiresAt: Timestamp,
});
export type PhoneInvitation = Type.Static<typeof PhoneInvitation>;

/** `POST /api/v1/phones`, without a session. Errors: `invitation_invalid`, `key_invalid`, `too_many_phones`. */
export const PhoneActivation = Type.Object({
  code: Type.String({ maxLength: 60 }),
  /** ECDSA P-256, SPKI DER, base64. */
  publicKey: Type.String({ maxLength: 200 }),
});
export type PhoneActivation = Type.Static<typeof PhoneActivation>;

export const PhoneActivated = Type.Object({
  personId: Id,
  keyId: Id,
  displayName: Type.String(),
  serverTime: Timestamp,
});
export type PhoneActivated = Type.Static<typeof PhoneActivated>;
