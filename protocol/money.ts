import { defineErrors } from './errors.js';

export const amountErrors = defineErrors({
  amount_malformed: { status: 400, en: 'Not an amount: {text}', zh: '金额格式不正确：{text}' },
  amount_not_positive: { status: 400, en: 'The amount must be above zero', zh: '金额必须大于零' },
  amount_too_many_decimals: { status: 400, en: 'At most two decimals', zh: '金额最多两位小数' },
  amount_too_large: { status: 400, en: 'The amount is too large', zh: '金额过大' },
});

/** 1,000,000.00: above it a typing error is likelier than a meal. */
const largest_minor = 100_000_000;

/**
 * Reads an amount that a person typed ("12.50", "12.5", "12", full-width digits too) as minor units.
 * Works on the digits, never on a float.
 */
export function parseAmount(text: string): number {
  const plain = text.normalize('NFKC').trim();
  const match = /^(-?)(\d{1,12})(?:\.(\d*))?$/.exec(plain);
  if (!match) throw amountErrors.amount_malformed({ text: text.slice(0, 40) });
  const [, sign, major = '0', decimals = ''] = match;
  if (decimals.length > 2) throw amountErrors.amount_too_many_decimals();
  const minor = Number(major) * 100 + Number(decimals.padEnd(2, '0'));
  if (sign === '-' || minor === 0) throw amountErrors.amount_not_positive();
  if (minor > largest_minor) throw amountErrors.amount_too_large();
  return minor;
}

/** 1250 → "12.50"; −5 → "-0.05". */
export function formatAmount(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
