import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { onlineErrors } from './errors.js';

/** SHA256withRSA (PKCS #1 v1.5), as base64: both providers use it. */
export const rsaSign = (text: string, key: KeyObject): string =>
  sign('sha256', Buffer.from(text), key).toString('base64');

export function rsaIsValid(text: string, signature: string, key: KeyObject): boolean {
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

/** A PEM, or base64 alone as Alipay's tool writes it (PKCS #8 or PKCS #1). Errors: `key_unusable`. */
export function readPrivateKey(file: string): KeyObject {
  return readKey(file, text => {
    if (text.includes('-----BEGIN')) return createPrivateKey(text);
    const key = Buffer.from(text, 'base64');
    try {
      return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    } catch {
      return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
    }
  });
}

/** A public key or a certificate as PEM, or a public key as base64 alone. Errors: `key_unusable`. */
export function readPublicKey(file: string): KeyObject {
  return readKey(file, text => {
    if (text.includes('-----BEGIN')) return createPublicKey(text);
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  });
}

function readKey(file: string, parse: (text: string) => KeyObject): KeyObject {
  try {
    const key = parse(readFileSync(file, 'utf8').trim());
    if (key.asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
    return key;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw onlineErrors.key_unusable({ file, problem }, { cause });
  }
}
