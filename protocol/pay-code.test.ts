import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSignedBy, newId, payCodeBytes, payCodeText, readCardNumber, readPayCode } from './index.js';

const phone = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = {
    keyId: newId(),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
  const show = (personId: string, issued_s: number, codeId = randomBytes(8).toString('hex')) => {
    const signed = payCodeBytes({ personId, issued_s, codeId });
    return payCodeText(signed, sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  };
  return { key, show };
};

it('reads any code as it was shown, in small letters too', () => {
  const { key, show } = phone();
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (personId, issued_s) => {
      const code = readPayCode(` ${show(personId, issued_s, '00ff00ff00ff00ff').toLowerCase()}\n`);
      expect(code).toMatchObject({ personId, issued_s, codeId: '00ff00ff00ff00ff' });
      expect(isSignedBy(code, key)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it('refuses a code of another phone, an altered one and a key that is none', () => {
  const { key, show } = phone();
  const text = show(newId(), 1_800_000_000);
  expect(isSignedBy(readPayCode(text), phone().key)).toBe(false);
  const altered = text.slice(0, 12) + (text[12] === 'A' ? 'B' : 'A') + text.slice(13);
  expect(isSignedBy(readPayCode(altered), key)).toBe(false);
  expect(isSignedBy(readPayCode(text), { keyId: newId(), publicKey: 'AAAA' })).toBe(false);
});

it.each(['', 'PORTER1', 'PORTER1ABC', '04A2B3C4', `PORTER1${'1'.repeat(148)}`])(
  'takes %j for no code',
  text => {
    expect(() => readPayCode(text)).toThrow('payment code');
  },
);

it('takes a card number in the ways readers give it', () => {
  expect(readCardNumber('04:a2:b3:c4\r\n')).toBe('04A2B3C4');
  expect(() => readCardNumber('abc')).toThrow('4 to 32');
  expect(() => readCardNumber('x'.repeat(33))).toThrow('4 to 32');
});
