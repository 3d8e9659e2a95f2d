import { defineErrors } from '../../../protocol/errors.js';
import { formatAmount, parseAmount } from '../../../protocol/money.js';
import type { FixedPrice, MenuItem, Pricing } from '../../../protocol/pricing.js';

const errors = defineErrors({
  price_line_malformed: {
    status: 400,
    en: 'Line {number}, “{line}”: write a name and a price, as in the example',
    zh: '第 {number} 行“{line}”：请按示例填写名称和价格',
  },
});

const fixedLine = /^(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})\s+(.+?)\s+([\d.]+)$/;
const weighedLine = /^(.+?)\s+([\d.]+)\s*\/\s*100\s*g$/i;
const pieceLine = /^(.+?)\s+([\d.]+)$/;
const longestId = 40;

/**
 * Prices as people write them, one a line: `11:00-13:30 Lunch 12.00`, `Noodles 9.50`, `Salad 2.80/100g`. Null for none: then
 * amounts are typed. Errors: price_line_malformed and those of parseAmount.
 */
export function pricingOf(text: string): Pricing | null {
  const fixed: FixedPrice[] = [];
  const menu: MenuItem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const found = fixedOf(line) ?? itemOf(line);
    if (!found) throw errors.price_line_malformed({ number: index + 1, line });
    if ('unit' in found) menu.push(found);
    else fixed.push(found);
  }
  return fixed.length + menu.length > 0 ? { fixed, menu } : null;
}

export function textOf(pricing: Pricing | undefined): string {
  if (!pricing) return '';
  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return [
    ...pricing.fixed.map(
      ({ name, from_min, to_min, price_minor }) =>
        `${clock(from_min)}-${clock(to_min)} ${name} ${formatAmount(price_minor)}`,
    ),
    ...pricing.menu.map(
      ({ name, unit, price_minor }) =>
        `${name} ${formatAmount(price_minor)}${unit === '100g' ? '/100g' : ''}`,
    ),
  ].join('\n');
}

function fixedOf(line: string): FixedPrice | undefined {
  const match = fixedLine.exec(line);
  if (!match) return undefined;
  const [, fromHour, fromMinute, toHour, toMinute, name = '', price = ''] = match;
  const from_min = Number(fromHour) * 60 + Number(fromMinute);
  const to_min = Number(toHour) * 60 + Number(toMinute);
  if (Number(fromMinute) > 59 || Number(toMinute) > 59 || from_min >= to_min || to_min > 1_440)
    return undefined;
  return { name, from_min, to_min, price_minor: parseAmount(price) };
}

function itemOf(line: string): MenuItem | undefined {
  const weighed = weighedLine.exec(line);
  const match = weighed ?? pieceLine.exec(line);
  if (!match) return undefined;
  const [, name = '', price = ''] = match;
  return {
    id: name.slice(0, longestId),
    name,
    price_minor: parseAmount(price),
    unit: weighed ? '100g' : 'piece',
  };
}
