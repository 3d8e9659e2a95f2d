import {
  type CartLine,
  fixedPriceAt,
  formatAmount,
  type PricedLine,
  type Pricing,
  parseAmount,
  priceCart,
  type TillScreen,
  type TillSettings,
} from '../../protocol/index.js';
import { minuteIn } from '../calendar.js';
import { paymentErrors } from './errors.js';

/** What the cashier charges: a typed amount, a cart from the menu, or the price of the hour. */
export type Charge =
  | { readonly kind: 'amount'; readonly text: string }
  | { readonly kind: 'cart'; readonly lines: readonly CartLine[] }
  | { readonly kind: 'fixed' };

export interface Charged {
  readonly amount_minor: number;
  readonly lines?: readonly PricedLine[];
}

/**
 * The amount of a charge by the till's own prices, whatever the page showed. Errors: those of parseAmount and priceCart,
 * no_fixed_price, amount_over_limit.
 */
export function resolveCharge(charge: Charge, rules: TillSettings, now_ms: number): Charged {
  const charged = priced(charge, rules, now_ms);
  if (charged.amount_minor > rules.perMealLimit_minor)
    throw paymentErrors.amount_over_limit({ limit: formatAmount(rules.perMealLimit_minor) });
  return charged;
}

function priced(charge: Charge, { pricing, timeZone }: TillSettings, now_ms: number): Charged {
  if (charge.kind === 'amount') return { amount_minor: parseAmount(charge.text) };
  if (charge.kind === 'cart') {
    const { total_minor, lines } = priceCart(charge.lines, pricing?.menu ?? []);
    return { amount_minor: total_minor, lines };
  }
  const price = fixedPriceAt(pricing?.fixed ?? [], minuteIn(timeZone, now_ms));
  if (!price) throw paymentErrors.no_fixed_price();
  const { name, price_minor } = price;
  return { amount_minor: price_minor, lines: [{ name, quantity: 1, unit: 'piece', sum_minor: price_minor }] };
}

/** What the screen offers now. */
export function pricesAt({ fixed, menu }: Pricing, timeZone: string, now_ms: number): TillScreen['prices'] {
  const price = fixedPriceAt(fixed, minuteIn(timeZone, now_ms));
  return { menu, ...(price && { fixed: { name: price.name, price_minor: price.price_minor } }) };
}
