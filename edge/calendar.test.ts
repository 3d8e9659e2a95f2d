import { expect, test } from 'vitest';
import { dayIn, minuteIn } from './calendar.js';

test('a day begins at midnight where the till stands, not in Greenwich', () => {
  const at_ms = Date.parse('2026-09-01T16:05:00Z');
  expect([dayIn('Asia/Shanghai', at_ms), minuteIn('Asia/Shanghai', at_ms)]).toEqual(['2026-09-02', 5]);
  expect([dayIn('UTC', at_ms), minuteIn('UTC', at_ms)]).toEqual(['2026-09-01', 965]);
  expect([dayIn('America/New_York', at_ms), minuteIn('America/New_York', at_ms)]).toEqual([
    '2026-09-01',
    725,
  ]);
});

test('a time zone that does not exist is an error, not a wrong day', () => {
  expect(() => dayIn('Mars/Olympus', 0)).toThrow(RangeError);
});
