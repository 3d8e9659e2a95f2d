import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  generateDeviceKey,
  pairingProof,
  privateKeyFromPem,
  privateKeyToPem,
  publicKeyFromBase64,
  verifyPairingProof,
} from './keys.js';
import { readSignature, type SignedMessage, signRequest, verifyRequest } from './signing.js';

const device = generateDeviceKey();
const publicKey = publicKeyFromBase64(device.publicKeyBase64);
const message: SignedMessage = {
  method: 'POST',
  path: '/device/v1/events?x=1',
  body: Buffer.from('{"events":[]}'),
};
const parameters = { keyId: '0190-device', created_s: 1_790_000_000, nonce: 'abcdefgh12345678' };
const headers = signRequest({ ...message, ...parameters, privateKey: device.privateKey });

test('a signed request verifies and names its signer', () => {
  expect(readSignature(headers)).toEqual(parameters);
  expect(() => verifyRequest({ ...message, headers, publicKey })).not.toThrow();
});

test.each([
  ['another method', { method: 'PUT' }, 'signature_invalid'],
  ['another path', { path: '/device/v1/status?x=1' }, 'signature_invalid'],
  ['another query', { path: '/device/v1/events?x=2' }, 'signature_invalid'],
  ['another body', { body: Buffer.from('{"events":[1]}') }, 'digest_mismatch'],
])('a signature does not cover %s', (_, change, code) => {
  expect(() => verifyRequest({ ...message, ...change, headers, publicKey })).toThrow(
    expect.objectContaining({ code }),
  );
});

test('a later time, another nonce or another device cannot be put into the parameters', () => {
  for (const [from, to] of [
    ['1790000000', '1790000001'],
    ['abcdefgh', 'abcdefgx'],
    ['0190', '0191'],
  ] as const) {
    const forged = { ...headers, 'signature-input': headers['signature-input'].replace(from, to) };
    expect(() => verifyRequest({ ...message, headers: forged, publicKey })).toThrow(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  }
});

test('another key does not verify', () => {
  const other = publicKeyFromBase64(generateDeviceKey().publicKeyBase64);
  expect(() => verifyRequest({ ...message, headers, publicKey: other })).toThrow(
    expect.objectContaining({ code: 'signature_invalid' }),
  );
});

test('garbage in the headers is a coded error, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (input, signature, digest) => {
      const garbage = { 'signature-input': input, signature, 'content-digest': digest };
      expect(() => verifyRequest({ ...message, headers: garbage, publicKey })).toThrow(
        expect.objectContaining({ code: 'signature_malformed' }),
      );
    }),
  );
  expect(() => verifyRequest({ ...message, headers: {}, publicKey })).toThrow(
    expect.objectContaining({ code: 'signature_missing' }),
  );
});

test('a pairing proof holds for its code and key alone', () => {
  const claim = { code: 'ABCD2345', publicKeyBase64: device.publicKeyBase64 };
  const proof = pairingProof({ ...claim, privateKey: device.privateKey });
  expect(verifyPairingProof({ ...claim, proof })).toBe(true);
  expect(verifyPairingProof({ ...claim, code: 'ABCD2346', proof })).toBe(false);
  const other = generateDeviceKey().publicKeyBase64;
  expect(verifyPairingProof({ ...claim, publicKeyBase64: other, proof })).toBe(false);
});

test('a private key survives being written to a file', () => {
  expect(privateKeyFromPem(privateKeyToPem(device.privateKey)).publicKeyBase64).toBe(device.publicKeyBase64);
});

test('a public key of the wrong length is refused', () => {
  expect(() => publicKeyFromBase64('AAAA')).toThrow(
    expect.objectContaining({ code: 'public_key_malformed' }),
  );
});
