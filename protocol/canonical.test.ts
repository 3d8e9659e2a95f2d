import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, contentHash } from './canonical.js';
import { emptyDigest, galleryDigest } from './digest.js';
import { envelopeIsIntact, sealEvent, zeroHash } from './envelope.js';
import { newId } from './ids.js';
import { decodeVector, encodeVector } from './vector.js';

test('the order in which members were added does not change the hash', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), record => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(contentHash(reversed)).toBe(contentHash(record));
    }),
  );
});

test('canonical JSON is JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('values that JSON lacks are refused instead of being hashed as null', () => {
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
  expect(() => canonicalJson([undefined])).toThrow(TypeError);
});

test('a digest tells one changed person from none, in whatever order they come', () => {
  const entries = ['a', 'b', 'c'].map(personId => ({ personId, contentHash: contentHash(personId) }));
  expect(galleryDigest([...entries].reverse())).toBe(galleryDigest(entries));
  expect(galleryDigest(entries.slice(1))).not.toBe(galleryDigest(entries));
  expect(galleryDigest([])).toBe(emptyDigest);
});

test('a changed event no longer matches its hash', () => {
  const event = sealEvent({
    id: newId(),
    sequence: 1,
    at: '2026-09-01T08:00:00.000Z',
    bootId: newId(),
    monotonic_ms: 5,
    clockTrusted: true,
    body: { kind: 'erasure', personId: newId(), revision: 3 },
    previousHash: zeroHash,
  });
  expect(envelopeIsIntact(event)).toBe(true);
  expect(envelopeIsIntact({ ...event, sequence: 2 })).toBe(false);
  expect(envelopeIsIntact({ ...event, body: { kind: 'erasure', personId: newId(), revision: 3 } })).toBe(
    false,
  );
});

test('a vector survives the wire bit for bit', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, maxLength: 64 }), vector => {
      expect(decodeVector(encodeVector(vector))).toEqual(vector);
    }),
  );
});
