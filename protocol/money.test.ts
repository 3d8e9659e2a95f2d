import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAmount, parseAmount } from './money.js';

test('every amount survives being written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000_000 }), minor => {
      expect(parseAmount(formatAmount(minor))).toBe(minor);
    }),
  );
});

test.each([
  ['12.50', 1250],
  ['12.5', 1250],
  ['12', 1200],
  ['12.', 1200],
  [' 0.01 ', 1],
  ['１２．５０', 1250],
  ['8.29', 829],
])('%s is %i fen', (text, minor) => {
  expect(parseAmount(text)).toBe(minor);
});

test.each([
  ['0', 'amount_not_positive'],
  ['0.00', 'amount_not_positive'],
  ['-5', 'amount_not_positive'],
  ['1.234', 'amount_too_many_decimals'],
  ['', 'amount_malformed'],
  ['1e3', 'amount_malformed'],
  ['12,50', 'amount_malformed'],
  ['NaN', 'amount_malformed'],
  ['0x10', 'amount_malformed'],
  ['1000000.01', 'amount_too_large'],
  ['99999999999999999999', 'amount_malformed'],
])('%j is refused with %s', (text, code) => {
  expect(() => parseAmount(text)).toThrow(expect.objectContaining({ code }));
});

test('negative balances are written with their sign', () => {
  expect(formatAmount(-5)).toBe('-0.05');
  expect(formatAmount(-123456)).toBe('-1234.56');
});
