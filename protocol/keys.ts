import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { defineErrors } from './errors.js';

export const keyErrors = defineErrors({
  public_key_malformed: { status: 400, en: 'Not an Ed25519 public key', zh: '不是有效的 Ed25519 公钥' },
});

/** DER of an Ed25519 SubjectPublicKeyInfo up to the 32 raw bytes (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export interface DeviceKey {
  readonly privateKey: KeyObject;
  /** The 32 raw bytes. */
  readonly publicKeyBase64: string;
}

export function generateDeviceKey(): DeviceKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKeyBase64: publicKeyToBase64(publicKey) };
}

export function publicKeyToBase64(publicKey: KeyObject): string {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length).toString('base64');
}

export function publicKeyFromBase64(base64: string): KeyObject {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length !== 32) throw keyErrors.public_key_malformed();
  return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
}

export function privateKeyToPem(privateKey: KeyObject): string {
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

export function privateKeyFromPem(pem: string): DeviceKey {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKeyBase64: publicKeyToBase64(createPublicKey(privateKey)) };
}

export interface PairingClaim {
  readonly code: string;
  readonly publicKeyBase64: string;
}

const pairingText = ({ code, publicKeyBase64 }: PairingClaim): Buffer =>
  Buffer.from(`porter-pair\n${code}\n${publicKeyBase64}`);

/** Shows that who presents the code also holds the private key. */
export function pairingProof({ privateKey, ...claim }: PairingClaim & { privateKey: KeyObject }): string {
  return sign(null, pairingText(claim), privateKey).toString('base64');
}

export function verifyPairingProof({ proof, ...claim }: PairingClaim & { proof: string }): boolean {
  return verify(
    null,
    pairingText(claim),
    publicKeyFromBase64(claim.publicKeyBase64),
    Buffer.from(proof, 'base64'),
  );
}
