import { expect, test } from 'vitest';
import { isUsablePin, makePinVerifier, pinMatches } from './pin.js';

const quick = 1_024;

test('a PIN matches its own verifier alone, and two verifiers of one PIN are not alike', async () => {
  const one = await makePinVerifier('482915', quick);
  const two = await makePinVerifier('482915', quick);
  expect(await pinMatches('482915', one)).toBe(true);
  expect(await pinMatches('482914', one)).toBe(false);
  expect(await pinMatches('', one)).toBe(false);
  expect(one.hash).not.toBe(two.hash);
  expect(JSON.stringify(one)).not.toContain('482915');
});

test.each(['482915', '112233', '190384'])('%s may be a PIN', pin => expect(isUsablePin(pin)).toBe(true));
test.each(['', '12345', '1234567', '12345a', '111111', '123456', '987654', '１２３９５１'])(
  '%j may not',
  pin => expect(isUsablePin(pin)).toBe(false),
);
