import { describe, expect, it } from 'vitest';
import {
  ageOn,
  countdown,
  date,
  longDate,
  megabytes,
  minuteOfDay,
  money,
  percent,
  plainDay,
  signedMoney,
} from './format.js';

describe('amounts', () => {
  it('are written with their sign and two decimals in both languages', () => {
    expect(money(1250, 'CNY', 'en')).toBe('¥12.50');
    expect(money(1250, 'CNY', 'zh')).toBe('¥12.50');
    expect(money(123_456_789, 'CNY', 'en')).toBe('¥1,234,567.89');
    expect(money(5, 'EUR', 'en')).toBe('€0.05');
  });
  it('show which way the money went', () => {
    expect(signedMoney(-1250, 'CNY', 'en')).toBe('−¥12.50');
    expect(signedMoney(6000, 'CNY', 'zh')).toBe('+¥60.00');
  });
  it('never lose a fen to a float', () => {
    for (let minor = 0; minor < 20_000; minor += 7) {
      expect(money(minor, 'CNY', 'en').replace(/[¥,.]/g, '')).toBe(String(minor).padStart(3, '0'));
    }
  });
});

describe('dates', () => {
  it('without a time are that day wherever one reads them', () => {
    expect(date('2012-03-01', 'en')).toBe('1 Mar 2012');
    expect(date('2012-03-01', 'zh')).toBe('2012年3月1日');
    expect(longDate('2026-11-24', 'en')).toContain('24 November 2026');
    expect(longDate('2026-11-24', 'zh')).toBe('2026年11月24日星期二');
  });
  it('of today are those of the clock on the wall', () => {
    expect(plainDay(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});

describe('an age', () => {
  it('counts full years, and the birthday itself', () => {
    expect(ageOn('2012-11-24', '2026-11-23')).toBe(13);
    expect(ageOn('2012-11-24', '2026-11-24')).toBe(14);
    expect(ageOn('2012-02-29', '2026-02-28')).toBe(13);
    expect(ageOn('2012-02-29', '2026-03-01')).toBe(14);
  });
});

it('a countdown never goes below zero, and ends at zero only when the time is over', () => {
  expect(countdown(900_000)).toBe('15:00');
  expect(countdown(83_000)).toBe('1:23');
  expect(countdown(1)).toBe('0:01');
  expect(countdown(-5_000)).toBe('0:00');
});

it('shares, sizes and minutes of a day are written in short', () => {
  expect(percent(0.834, 'en')).toBe('83%');
  expect(megabytes(95 * 1024 * 1024)).toBe('95 MB');
  expect([0, 510, 1439, 1440].map(minuteOfDay)).toEqual(['00:00', '08:30', '23:59', '24:00']);
});
