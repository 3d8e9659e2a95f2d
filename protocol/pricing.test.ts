import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedPriceAt, type MenuItem, mostCartLines, priceCart } from './pricing.js';

const menu: MenuItem[] = [
  { id: 'noodles', name: 'Noodles', price_minor: 950, unit: 'piece' },
  { id: 'salad', name: 'Salad', price_minor: 280, unit: '100g' },
];

describe('a cart', () => {
  it('costs the sum of its lines: pieces times their price, grams rounded half up', () => {
    const cart = [
      { itemId: 'noodles', quantity: 2 },
      { itemId: 'salad', quantity: 125 },
    ];
    expect(priceCart(cart, menu)).toEqual({
      lines: [
        { name: 'Noodles', quantity: 2, unit: 'piece', sum_minor: 1_900 },
        { name: 'Salad', quantity: 125, unit: '100g', sum_minor: 350 },
      ],
      total_minor: 2_250,
    });
    expect(priceCart([{ itemId: 'salad', quantity: 18 }], menu).total_minor).toBe(50);
    expect(priceCart([{ itemId: 'salad', quantity: 1 }], [{ ...menu[1]!, price_minor: 1 }]).total_minor).toBe(
      1,
    );
  });

  it.each([
    [[], 'cart_empty'],
    [[{ itemId: 'caviar', quantity: 1 }], 'item_unknown'],
    [[{ itemId: 'noodles', quantity: 0 }], 'quantity_malformed'],
    [[{ itemId: 'noodles', quantity: -1 }], 'quantity_malformed'],
    [[{ itemId: 'noodles', quantity: 1.5 }], 'quantity_malformed'],
    [[{ itemId: 'noodles', quantity: 100 }], 'quantity_malformed'],
    [[{ itemId: 'salad', quantity: 20_001 }], 'quantity_malformed'],
    [Array.from({ length: mostCartLines + 1 }, () => ({ itemId: 'noodles', quantity: 1 })), 'cart_too_long'],
  ])('of %j is refused with %s', (lines, code) => {
    expect(() => priceCart(lines, menu)).toThrow(expect.objectContaining({ code }));
  });

  it('is a whole positive number of minor units, the sum of its lines, whatever is weighed', () => {
    const line = fc.oneof(
      fc.record({ itemId: fc.constant('noodles'), quantity: fc.integer({ min: 1, max: 99 }) }),
      fc.record({ itemId: fc.constant('salad'), quantity: fc.integer({ min: 1, max: 20_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: mostCartLines }), cart => {
        const { lines, total_minor } = priceCart(cart, menu);
        expect(Number.isSafeInteger(total_minor) && total_minor > 0).toBe(true);
        expect(total_minor).toBe(lines.reduce((sum, one) => sum + one.sum_minor, 0));
      }),
    );
  });
});

it('a fixed price begins with its first minute and ends before its last', () => {
  const lunch = { name: 'Lunch', from_min: 660, to_min: 810, price_minor: 1_200 };
  expect([659, 660, 809, 810].map(minute => fixedPriceAt([lunch], minute)?.name)).toEqual([
    undefined,
    'Lunch',
    'Lunch',
    undefined,
  ]);
});
