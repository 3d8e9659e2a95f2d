import { expect, it } from 'vitest';
import { ageOf, offsetOf, renew_s } from './phone-clock.js';

const now_ms = Date.parse('2026-09-01T04:00:00Z');

it('corrects a clock that is wrong, and leaves one alone that is right enough', () => {
  expect(offsetOf('2026-09-01T04:00:12Z', now_ms)).toBe(0);
  expect(offsetOf('2026-09-01T05:00:00Z', now_ms)).toBe(3_600);
  expect(offsetOf('2026-09-01T03:00:00Z', now_ms)).toBe(-3_600);
});

it('renews a code in time, and at once when the clock jumps', () => {
  expect(ageOf(now_ms, now_ms + 5_000)).toEqual({ isOld: false, left: 0.75 });
  expect(ageOf(now_ms, now_ms + renew_s * 1_000).isOld).toBe(true);
  expect(ageOf(now_ms, now_ms - 3_600_000).isOld).toBe(true);
  expect(ageOf(now_ms, now_ms + 3_600_000).left).toBe(0);
});
