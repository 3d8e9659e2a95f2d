import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personOf } from '../testing/faces.js';
import { tillSettings } from '../testing/store.js';
import { type OfflineFacts, refuseOffline } from './limits.js';

const facts: OfflineFacts = {
  settings: tillSettings,
  person: personOf(1),
  amount_minor: 1_250,
  tillTotal_minor: 0,
  personToday_minor: 0,
  offlineFor_ms: 0,
  clockTrusted: true,
};
const ask = (changes: Partial<OfflineFacts>) => refuseOffline({ ...facts, ...changes });
const hour_ms = 3_600_000;

describe('serving without central', () => {
  it('goes up to each limit exactly, and not one fen further', () => {
    expect(ask({ amount_minor: 3_000 })).toBeUndefined();
    expect(ask({ amount_minor: 3_001 })).toBe('offline-limit');
    expect(ask({ personToday_minor: 4_750 })).toBeUndefined();
    expect(ask({ personToday_minor: 4_751 })).toBe('offline-limit');
    expect(ask({ tillTotal_minor: 48_750 })).toBeUndefined();
    expect(ask({ tillTotal_minor: 48_751 })).toBe('offline-limit');
    expect(ask({ offlineFor_ms: 24 * hour_ms })).toBeUndefined();
    expect(ask({ offlineFor_ms: 24 * hour_ms + 1 })).toBe('offline-limit');
  });

  it('takes the person’s own limits where they are lower', () => {
    const payment = { offlineAllowed: true, perMealLimit_minor: 1_000, perDayLimit_minor: 2_000 };
    expect(ask({ person: personOf(1, { payment }) })).toBe('offline-limit');
    expect(ask({ person: personOf(1, { payment }), amount_minor: 1_000, personToday_minor: 1_001 })).toBe(
      'offline-limit',
    );
  });

  it('is not for the blocked, for those without leave for it, nor without a clock to trust', () => {
    expect(ask({ person: personOf(1, { status: 'blocked' }) })).toBe('blocked');
    const payment = { offlineAllowed: false, perMealLimit_minor: 5_000, perDayLimit_minor: 5_000 };
    expect(ask({ person: personOf(1, { payment }) })).toBe('offline-limit');
    expect(ask({ clockTrusted: false })).toBe('clock-untrusted');
  });

  it('ends where nobody knows how long central has been away', () => {
    expect(ask({ offlineFor_ms: Number.POSITIVE_INFINITY })).toBe('offline-limit');
  });
});

it('never lets a till give away more than its total, however the meals come', () => {
  const meal = fc.record({
    amount_minor: fc.integer({ min: 1, max: 4_000 }),
    person: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(meal, { maxLength: 80 }), meals => {
      let tillTotal_minor = 0;
      const today = new Map<number, number>();
      for (const { amount_minor, person } of meals) {
        const personToday_minor = today.get(person) ?? 0;
        if (ask({ amount_minor, tillTotal_minor, personToday_minor })) continue;
        tillTotal_minor += amount_minor;
        today.set(person, personToday_minor + amount_minor);
      }
      expect(tillTotal_minor).toBeLessThanOrEqual(tillSettings.offline.tillTotalLimit_minor);
      for (const spent of today.values()) {
        expect(spent).toBeLessThanOrEqual(tillSettings.offline.perPersonDayLimit_minor);
      }
    }),
  );
});
