import { expect, test } from 'vitest';
import { dateIn, dayOf } from './calendar.js';

test.each([
  ['Asia/Shanghai', '2026-09-01T16:30:00Z', '2026-09-02', '2026-09-01T16:00:00.000Z', 24],
  ['UTC', '2026-09-01T23:59:59Z', '2026-09-01', '2026-09-01T00:00:00.000Z', 24],
  ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
  ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
  ['America/New_York', '2026-09-01T03:00:00Z', '2026-08-31', '2026-08-31T04:00:00.000Z', 24],
])('in %s %s is on %s, which begins at %s and has %i hours', (zone, instant, date, start, hours) => {
  const at = new Date(instant);
  const { from, to } = dayOf(zone, at);
  expect(dateIn(zone, at)).toBe(date);
  expect(from.toISOString()).toBe(start);
  expect((to.getTime() - from.getTime()) / 3_600_000).toBe(hours);
});
