import { Type } from 'typebox';
import { Base64, DeviceKind, Id, Timestamp } from './common.js';

/**
 * `POST /device/v1/pair` — the only unsigned device request. The one-time code comes from the console; the device sends
 * the public half of the Ed25519 key that it made and proves that it has the other half.
 */
export const PairRequest = Type.Object({
  code: Type.String({ minLength: 8, maxLength: 16 }),
  /** Raw 32-byte Ed25519 public key. */
  publicKey: Base64(44),
  /** Ed25519 signature over the UTF-8 bytes `porter-pair\n<code>\n<publicKey base64>`. */
  proof: Base64(88),
  hostname: Type.String({ maxLength: 200 }),
  softwareVersion: Type.String({ maxLength: 50 }),
});
export type PairRequest = Type.Static<typeof PairRequest>;

export const PairResponse = Type.Object({
  deviceId: Id,
  kind: DeviceKind,
  name: Type.String(),
  /** Raw 32-byte Ed25519 public key with which central signs snapshots. */
  centralPublicKey: Base64(44),
  serverTime: Timestamp,
});
export type PairResponse = Type.Static<typeof PairResponse>;
