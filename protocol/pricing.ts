import { Type } from 'typebox';
import { PositiveAmountMinor } from './common.js';
import { defineErrors } from './errors.js';

export const pricingErrors = defineErrors({
  item_unknown: { status: 400, en: 'There is no item {item} on the menu', zh: '菜单中没有 {item}' },
  quantity_malformed: {
    status: 400,
    en: 'Of {item} take a whole number from 1 to {most}',
    zh: '{item} 的数量须为 1 到 {most} 的整数',
  },
  cart_empty: { status: 400, en: 'Nothing is chosen', zh: '尚未选择菜品' },
  cart_too_long: { status: 400, en: 'At most {most} lines', zh: '最多 {most} 项' },
});

/** Something on the menu: a dish, a plate of a colour (by the piece), or what is weighed. */
export const MenuItem = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 40 }),
  name: Type.String({ minLength: 1, maxLength: 60 }),
  price_minor: PositiveAmountMinor,
  /** What the price is for. */
  unit: Type.Union([Type.Literal('piece'), Type.Literal('100g')]),
});
export type MenuItem = Type.Static<typeof MenuItem>;

/** One price for everybody at a time of day. */
export const FixedPrice = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60 }),
  /** Minutes after midnight at the canteen; the end is not part of it. */
  from_min: Type.Integer({ minimum: 0, maximum: 1_439 }),
  to_min: Type.Integer({ minimum: 1, maximum: 1_440 }),
  price_minor: PositiveAmountMinor,
});
export type FixedPrice = Type.Static<typeof FixedPrice>;

/** What a till charges besides amounts that are typed. */
export const Pricing = Type.Object({
  fixed: Type.Array(FixedPrice, { maxItems: 10 }),
  menu: Type.Array(MenuItem, { maxItems: 60 }),
});
export type Pricing = Type.Static<typeof Pricing>;

/** `quantity`: pieces, or grams of what is weighed. */
export const CartLine = Type.Object({
  itemId: Type.String({ minLength: 1, maxLength: 40 }),
  quantity: Type.Integer(),
});
export type CartLine = Type.Static<typeof CartLine>;

export const PricedLine = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60 }),
  quantity: Type.Integer({ minimum: 1 }),
  unit: MenuItem.properties.unit,
  sum_minor: PositiveAmountMinor,
});
export type PricedLine = Type.Static<typeof PricedLine>;

export const mostCartLines = 40;
const most = { piece: 99, '100g': 20_000 } as const;

/**
 * What a cart costs, line by line: pieces at their price, weighed items by the gram, each line rounded half up to whole minor units.
 * The till's page and the till itself ask the same function. Errors: cart_empty, cart_too_long, item_unknown, quantity_malformed.
 */
export function priceCart(
  lines: readonly CartLine[],
  menu: readonly MenuItem[],
): { readonly lines: readonly PricedLine[]; readonly total_minor: number } {
  if (lines.length === 0) throw pricingErrors.cart_empty();
  if (lines.length > mostCartLines) throw pricingErrors.cart_too_long({ most: mostCartLines });
  const priced = lines.map(({ itemId, quantity }): PricedLine => {
    const item = menu.find(candidate => candidate.id === itemId);
    if (!item) throw pricingErrors.item_unknown({ item: itemId });
    const { name, unit, price_minor } = item;
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > most[unit])
      throw pricingErrors.quantity_malformed({ item: name, most: most[unit] });
    const sum_minor =
      unit === 'piece' ? price_minor * quantity : Math.floor((price_minor * quantity + 50) / 100);
    // Nothing that is on a plate is free.
    return { name, quantity, unit, sum_minor: Math.max(1, sum_minor) };
  });
  return { lines: priced, total_minor: priced.reduce((sum, line) => sum + line.sum_minor, 0) };
}

/** The fixed price at a time of day, the first that fits. */
export function fixedPriceAt(fixed: readonly FixedPrice[], minute: number): FixedPrice | undefined {
  return fixed.find(({ from_min, to_min }) => from_min <= minute && minute < to_min);
}
