import { createHash, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { defineErrors } from './errors.js';

/**
 * HTTP message signatures (RFC 9421) with Ed25519 and Content-Digest (RFC 9530), in the one form that Porter's devices use:
 * label `porter`, components `@method`, `@path`, `@query` and `content-digest`, parameters created, nonce, keyid, alg.
 */

export const signingErrors = defineErrors({
  signature_missing: { status: 401, en: 'The request is not signed', zh: '请求未签名' },
  signature_malformed: { status: 401, en: 'The request signature cannot be read', zh: '无法解析请求签名' },
  signature_invalid: { status: 401, en: 'The request signature is not valid', zh: '请求签名无效' },
  digest_mismatch: { status: 401, en: 'The body differs from its digest', zh: '请求内容与摘要不符' },
});

export interface SignedMessage {
  readonly method: string;
  /** Path with the query string, as in the request line. */
  readonly path: string;
  /** Empty for requests without a body. */
  readonly body: Uint8Array;
}

export interface SignatureParameters {
  /** Device id. */
  readonly keyId: string;
  /** Unix time, s. */
  readonly created_s: number;
  readonly nonce: string;
}

const components = '("@method" "@path" "@query" "content-digest")';
const inputForm =
  /^porter=\("@method" "@path" "@query" "content-digest"\);created=(\d{1,12});nonce="([A-Za-z0-9_-]{8,64})";keyid="([A-Za-z0-9-]{1,64})";alg="ed25519"$/;
const signatureForm = /^porter=:([A-Za-z0-9+/]{86}==):$/;

const digestOf = (body: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

const parametersText = ({ keyId, created_s, nonce }: SignatureParameters): string =>
  `${components};created=${created_s};nonce="${nonce}";keyid="${keyId}";alg="ed25519"`;

/** The signature base of RFC 9421 section 2.5. */
export function signatureBase(message: SignedMessage, digest: string, parameters: string): string {
  const [path = '/', query] = splitOnce(message.path, '?');
  return [
    `"@method": ${message.method.toUpperCase()}`,
    `"@path": ${path}`,
    `"@query": ?${query ?? ''}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
}

/** Headers to add to the request. */
export function signRequest(
  request: SignedMessage & SignatureParameters & { privateKey: KeyObject },
): Record<'content-digest' | 'signature-input' | 'signature', string> {
  const digest = digestOf(request.body);
  const parameters = parametersText(request);
  const signature = sign(null, Buffer.from(signatureBase(request, digest, parameters)), request.privateKey);
  return {
    'content-digest': digest,
    'signature-input': `porter=${parameters}`,
    signature: `porter=:${signature.toString('base64')}:`,
  };
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who claims to have signed, before anything is verified: needed to look the key up. */
export function readSignature(headers: Headers): SignatureParameters {
  const input = headers['signature-input'];
  if (input === undefined || headers.signature === undefined) throw signingErrors.signature_missing();
  const match = typeof input === 'string' ? inputForm.exec(input) : null;
  const [, created, nonce, keyId] = match ?? [];
  if (created === undefined || nonce === undefined || keyId === undefined)
    throw signingErrors.signature_malformed();
  return { keyId, nonce, created_s: Number(created) };
}

/** Throws unless the signature covers exactly this request. Freshness and replay are the caller's to check. */
export function verifyRequest(
  request: SignedMessage & { readonly headers: Headers; readonly publicKey: KeyObject },
): void {
  const { headers, body } = request;
  const parameters = parametersText(readSignature(headers));
  const signature =
    typeof headers.signature === 'string' ? signatureForm.exec(headers.signature)?.[1] : undefined;
  const digest = headers['content-digest'];
  if (signature === undefined || typeof digest !== 'string') throw signingErrors.signature_malformed();
  const expected = Buffer.from(digestOf(body));
  const given = Buffer.from(digest);
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw signingErrors.digest_mismatch();
  const base = Buffer.from(signatureBase(request, digest, parameters));
  if (!verify(null, base, request.publicKey, Buffer.from(signature, 'base64'))) {
    throw signingErrors.signature_invalid();
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
