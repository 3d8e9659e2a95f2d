import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Type from 'typebox';
import {
  DeviceKind,
  generateDeviceKey,
  Id,
  PairResponse,
  pairingProof,
  privateKeyFromPem,
  privateKeyToPem,
} from '../../protocol/index.js';
import { syncErrors } from './errors.js';
import { call, createValidator, type Fetch, within } from './http.js';

/** Who this device is to central. Made by pairing, kept in a file that only its owner can read. */
export interface Identity {
  readonly deviceId: string;
  readonly kind: DeviceKind;
  readonly name: string;
  readonly centralUrl: string;
  readonly centralPublicKey: string;
  readonly privateKey: KeyObject;
}

const pairing_timeout_ms = 15_000;
const validatePairing = createValidator(PairResponse);
const validateFile = createValidator(
  Type.Object({
    deviceId: Id,
    kind: DeviceKind,
    name: Type.String(),
    centralUrl: Type.String(),
    centralPublicKey: Type.String(),
    privateKeyPem: Type.String(),
  }),
);

/** Undefined when the device was never paired. @throws identity_unreadable */
export function loadIdentity(path: string): Identity | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { privateKeyPem, ...rest } = validateFile(JSON.parse(readFileSync(path, 'utf8')), path);
    return { ...rest, privateKey: privateKeyFromPem(privateKeyPem).privateKey };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw syncErrors.identity_unreadable({ path, problem }, { cause });
  }
}

/**
 * Pairs with a one-time code: makes a key, proves it, and keeps what central answers.
 * @throws central_unreachable, central_answer_invalid, Refusal
 */
export async function pairDevice(options: {
  readonly centralUrl: string;
  readonly code: string;
  readonly path: string;
  readonly hostname: string;
  readonly softwareVersion: string;
  readonly fetch: Fetch;
}): Promise<Identity> {
  const { centralUrl, code, path, hostname, softwareVersion, fetch } = options;
  const { privateKey, publicKeyBase64 } = generateDeviceKey();
  const proof = pairingProof({ code, publicKeyBase64, privateKey });
  const body = { code, publicKey: publicKeyBase64, proof, hostname, softwareVersion };
  const answer = await within(pairing_timeout_ms, undefined, signal =>
    call({
      fetch,
      url: new URL('/device/v1/pair', centralUrl).href,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      signal,
    }),
  );
  const { deviceId, kind, name, centralPublicKey } = validatePairing(answer, '/device/v1/pair');
  const identity: Identity = { deviceId, kind, name, centralUrl, centralPublicKey, privateKey };
  saveIdentity(path, identity);
  return identity;
}

/** Written beside and renamed, so that a power cut leaves the old file or the new one. */
function saveIdentity(path: string, { privateKey, ...rest }: Identity): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = JSON.stringify({ ...rest, privateKeyPem: privateKeyToPem(privateKey) }, undefined, 2);
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
