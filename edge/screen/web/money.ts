import { formatAmount } from '../../../protocol/money.js';

const symbols: Readonly<Record<string, string>> = { CNY: '¥', EUR: '€', GBP: '£', USD: '$' };

export const symbolOf = (currency: string): string => symbols[currency] ?? currency;

/** `¥12.50` */
export function money(minor: number, currency: string): string {
  return `${symbols[currency] ?? `${currency} `}${formatAmount(minor)}`;
}
