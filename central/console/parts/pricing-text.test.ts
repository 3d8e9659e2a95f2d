import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pricingOf, textOf } from './pricing-text.js';

test('prices are read as people write them', () => {
  expect(pricingOf('11:00-13:30 Lunch 12.00\n\n 红烧 牛肉面 9.5 \nSalad 2.80 / 100 g')).toEqual({
    fixed: [{ name: 'Lunch', from_min: 660, to_min: 810, price_minor: 1_200 }],
    menu: [
      { id: '红烧 牛肉面', name: '红烧 牛肉面', price_minor: 950, unit: 'piece' },
      { id: 'Salad', name: 'Salad', price_minor: 280, unit: '100g' },
    ],
  });
  expect(pricingOf(' \n ')).toBeNull();
});

test.each(['Noodles', '9.50', '13:30-11:00 Lunch', 'Noodles free'])('%j is refused by its line', line => {
  expect(() => pricingOf(`Rice 1.00\n${line}`)).toThrow(/Line 2/);
});

test.each(['Noodles 1.234', 'Noodles 0'])('%j is refused as an amount', line => {
  expect(() => pricingOf(line)).toThrow();
});

test('what is shown for editing is read back as it was', () => {
  const word = fc.stringMatching(/^[A-Za-z\u4e00-\u9fff]{1,12}$/);
  const price_minor = fc.integer({ min: 1, max: 99_999 });
  const pricing = fc.record({
    fixed: fc.array(
      fc
        .record({
          name: word,
          price_minor,
          from_min: fc.integer({ min: 0, max: 1_438 }),
          long: fc.integer({ min: 1, max: 600 }),
        })
        .map(({ name, price_minor, from_min, long }) => ({
          name,
          price_minor,
          from_min,
          to_min: Math.min(1_440, from_min + long),
        })),
      { minLength: 1, maxLength: 3 },
    ),
    menu: fc.array(
      fc
        .record({ name: word, price_minor, unit: fc.constantFrom('piece' as const, '100g' as const) })
        .map(item => ({ id: item.name, ...item })),
      { maxLength: 5 },
    ),
  });
  fc.assert(
    fc.property(pricing, one => {
      expect(pricingOf(textOf(one))).toEqual(one);
    }),
  );
});
