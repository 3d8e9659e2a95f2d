import type { AccessReason, DeviceKind, DevicePurpose, Purpose } from '../../protocol/index.js';
import type { Role } from '../../protocol/staff/index.js';

/**
 * Rows of the tables that central's own modules keep. Booleans are 0 or 1, times ISO 8601 text in UTC, structured
 * values JSON text: the same on SQLite and PostgreSQL.
 */
export type Flag = 0 | 1;

export interface MetaRow {
  key: string;
  value: string;
}

/** A number that is taken by `update … returning`: the row stays locked until the transaction ends. */
export interface CounterRow {
  name: string;
  value: number;
}

/** Failed tries of one kind from one origin, for limits that hold over several processes. */
export interface AttemptRow {
  key: string;
  failures: number;
  window_started_at: string;
}

export interface StaffUserRow {
  id: string;
  /** Lower case. */
  username: string;
  name: string;
  role: Role;
  password_hash: string;
  created_at: string;
}

export interface StaffSessionRow {
  token_hash: string;
  staff_id: string;
  created_at: string;
  expires_at: string;
}

export interface AuditRow {
  id: string;
  at: string;
  staff_id: string | null;
  username: string;
  action: string;
  subject_kind: string;
  subject_id: string | null;
  detail: string;
}

export interface PersonRow {
  id: string;
  student_number: string;
  name: string;
  /** Name in lower case, for searching. */
  name_search: string;
  building: string | null;
  department: string | null;
  birth_date: string | null;
  valid_until: string | null;
  /** JSON of a PinVerifier; null: the person has no PIN. */
  pin: string | null;
  status: 'active' | 'blocked';
  created_at: string;
  updated_at: string;
}

export interface ConsentRow {
  person_id: string;
  purpose: Purpose;
  granted: Flag;
  given_by: 'person' | 'guardian' | null;
  notice_version: string | null;
  changed_at: string;
}

/** Every statement of consent ever made; never changed. */
export interface ConsentRecordRow extends ConsentRow {
  id: string;
  recorded_by: string;
}

export interface TemplateRow {
  id: string;
  person_id: string;
  pack_id: string;
  /** AES-256-GCM over the float32 vector, bound to `personId|templateId|packId`. */
  sealed: Uint8Array;
  quality: number;
  enrolled_at: string;
  enrolled_by: string | null;
}

export interface AccessPointRow {
  id: string;
  name: string;
  zone: string | null;
  direction: 'in' | 'out';
  created_at: string;
}

export interface AccessRuleRow {
  id: string;
  access_point_id: string;
  subject_kind: 'everyone' | 'building' | 'person';
  building: string | null;
  person_id: string | null;
  windows: string;
  valid_from: string | null;
  valid_until: string | null;
  created_at: string;
}

export interface TillRow {
  id: string;
  name: string;
  canteen: string;
  /** A counter of the canteen; null: the till belongs to none. */
  stall: string | null;
  /** JSON of its fixed prices and menu; null: amounts are typed. */
  pricing: string | null;
  per_meal_limit_minor: number;
  created_at: string;
}

export interface DeviceRow {
  id: string;
  kind: DeviceKind;
  name: string;
  place_id: string;
  state: 'unpaired' | 'paired' | 'quarantined' | 'revoked';
  public_key: string | null;
  hostname: string | null;
  pairing_code_hash: string | null;
  pairing_expires_at: string | null;
  last_seen_at: string | null;
  /** DeviceStatus as it last came. */
  status: string | null;
  digest_matches: Flag | null;
  /** Counts the event chains the device has begun. */
  chain: number;
  /** Set by pairing: a device whose store was lost may begin again with event 1. */
  may_restart: Flag;
  /** Head of the event chain that central holds of this device. */
  last_sequence: number;
  last_hash: string;
  quarantine_reason: string | null;
  created_at: string;
}

export interface DeviceNonceRow {
  device_id: string;
  nonce: string;
  /** Unix time, s. */
  created_s: number;
}

export interface DeviceEventRow {
  device_id: string;
  chain: number;
  sequence: number;
  id: string;
  hash: string;
  kind: string;
  /** The envelope as it came. */
  envelope: string;
  received_at: string;
  /** EventResult as it was answered. */
  result: string;
}

export interface AccessEntryRow {
  id: string;
  at: string;
  received_at: string;
  device_id: string;
  access_point_id: string;
  decision: 'grant' | 'deny';
  reason: AccessReason;
  person_id: string | null;
  evidence: string;
}

/** A device's word that it no longer holds a person's templates. */
export interface ErasureReceiptRow {
  device_id: string;
  person_id: string;
  revision: number;
  at: string;
  received_at: string;
}

/** What the devices of a purpose see of a person. */
export interface GalleryEntryRow {
  purpose: DevicePurpose;
  person_id: string;
  revision: number;
  state: 'present' | 'tombstone';
  content_hash: string;
  /** GalleryPerson without vectors; empty for a tombstone. */
  body: string;
  /** The revision that took the last template; null while there is one, or when there never was. */
  faceless_since: number | null;
}

export interface CardRow {
  id: string;
  person_id: string;
  number: string;
  added_at: string;
}

/** A phone's key; the id is the key's. */
export interface PhoneRow {
  id: string;
  person_id: string;
  public_key: string;
  added_at: string;
}

export interface PhoneInvitationRow {
  person_id: string;
  code_hash: string;
  expires_at: string;
}

/** A phone's code and the order that it pays. */
export interface UsedCodeRow {
  person_id: string;
  code_id: string;
  order_id: string;
  at: string;
}

/** Opens shifts at the tills of a canteen. */
export interface CashierRow {
  id: string;
  canteen: string;
  name: string;
  /** JSON of the PIN's verifier. */
  pin: string;
  added_at: string;
}

export interface CoreTables {
  meta: MetaRow;
  counter: CounterRow;
  attempt: AttemptRow;
  staff_user: StaffUserRow;
  staff_session: StaffSessionRow;
  audit: AuditRow;
  person: PersonRow;
  consent: ConsentRow;
  consent_record: ConsentRecordRow;
  template: TemplateRow;
  access_point: AccessPointRow;
  access_rule: AccessRuleRow;
  till: TillRow;
  cashier: CashierRow;
  device: DeviceRow;
  device_nonce: DeviceNonceRow;
  device_event: DeviceEventRow;
  access_entry: AccessEntryRow;
  erasure_receipt: ErasureReceiptRow;
  gallery_entry: GalleryEntryRow;
  card: CardRow;
  phone: PhoneRow;
  phone_invitation: PhoneInvitationRow;
  used_code: UsedCodeRow;
}
