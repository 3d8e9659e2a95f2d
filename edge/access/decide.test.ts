import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessGrant, GalleryPerson } from '../../protocol/index.js';
import { accessPointId, evidence, idOf, personOf } from '../testing/faces.js';
import { refused } from '../testing/sightings.js';
import { type AccessQuestion, decideAccess } from './decide.js';

const shanghai = 'Asia/Shanghai';
/** Tuesday 1 September 2026, 12:00 in Shanghai. */
const tuesdayNoon = '2026-09-01T04:00:00Z';

function ask(person: GalleryPerson | undefined, changes: Partial<AccessQuestion> & { at?: string } = {}) {
  const { at = tuesdayNoon, ...rest } = changes;
  return decideAccess({
    verdict: { kind: 'identified', personId: person?.personId ?? idOf(1), evidence },
    person,
    accessPointId,
    now_ms: Date.parse(at),
    clockTrusted: true,
    timeZone: shanghai,
    ...rest,
  });
}
const granted = { decision: 'grant', reason: 'granted' };
const denied = (reason: string) => ({ decision: 'deny', reason });
const withGrant = (grant: Partial<AccessGrant>): GalleryPerson =>
  personOf(1, { access: [{ accessPointId, windows: [], ...grant }] });
const from8to22 = { days: [1, 2, 3, 4, 5], from_min: 8 * 60, to_min: 22 * 60 };

describe('access', () => {
  it('is granted to somebody with leave for this access point, at any time', () => {
    expect(ask(personOf(1))).toEqual(granted);
  });

  it.each([
    ['not-live', 'not-live'],
    ['unsure', 'unsure'],
    ['unknown', 'unknown-person'],
  ] as const)('is denied to a face that is %s', (kind, reason) => {
    expect(ask(undefined, { verdict: refused(kind) })).toEqual(denied(reason));
  });

  it('is denied to somebody whose consent was withdrawn between search and decision', () => {
    expect(ask(undefined)).toEqual(denied('unknown-person'));
  });

  it('is denied to the blocked before anything else is looked at', () => {
    expect(ask(personOf(1, { status: 'blocked', access: [] }))).toEqual(denied('blocked'));
  });

  it('is denied where there is leave for another access point only, or none', () => {
    expect(ask(personOf(1, { access: [{ accessPointId: idOf(7), windows: [] }] }))).toEqual(
      denied('no-permission'),
    );
    const { access: _, ...nowhere } = personOf(1);
    expect(ask(nowhere)).toEqual(denied('no-permission'));
  });

  it('ends with the person and with the leave, to the millisecond', () => {
    const until = '2026-09-01T04:00:00.000Z';
    expect(ask(personOf(1, { validUntil: until }))).toEqual(denied('expired'));
    expect(ask(personOf(1, { validUntil: until }), { at: '2026-09-01T03:59:59.999Z' })).toEqual(granted);
    expect(ask(withGrant({ validUntil: until }))).toEqual(denied('expired'));
    expect(ask(withGrant({ validFrom: until }))).toEqual(granted);
    expect(ask(withGrant({ validFrom: until }), { at: '2026-09-01T03:59:59.999Z' })).toEqual(
      denied('expired'),
    );
  });

  it('follows the campus’ own clock, not UTC', () => {
    const person = withGrant({ windows: [from8to22] });
    expect(ask(person, { at: '2026-09-01T00:00:00Z' })).toEqual(granted);
    expect(ask(person, { at: '2026-08-31T23:59:59Z' })).toEqual(denied('outside-schedule'));
    expect(ask(person, { at: '2026-09-01T13:59:59Z' })).toEqual(granted);
    expect(ask(person, { at: '2026-09-01T14:00:00Z' })).toEqual(denied('outside-schedule'));
    expect(ask(person, { at: '2026-09-01T14:00:00Z', timeZone: 'Europe/Berlin' })).toEqual(granted);
  });

  it('takes the weekday of the campus: Friday 17:00 UTC is Saturday in Shanghai', () => {
    const saturday = withGrant({ windows: [{ days: [6], from_min: 0, to_min: 1_440 }] });
    expect(ask(saturday, { at: '2026-09-04T17:00:00Z' })).toEqual(granted);
    expect(ask(saturday, { at: '2026-09-04T15:59:00Z' })).toEqual(denied('outside-schedule'));
  });

  it('carries a window over midnight into the next day, also from Sunday to Monday', () => {
    const night = withGrant({ windows: [{ days: [7], from_min: 22 * 60, to_min: 6 * 60 }] });
    expect(ask(night, { at: '2026-09-06T14:30:00Z' })).toEqual(granted);
    expect(ask(night, { at: '2026-09-06T21:59:00Z' })).toEqual(granted);
    expect(ask(night, { at: '2026-09-06T22:00:00Z' })).toEqual(denied('outside-schedule'));
    expect(ask(night, { at: '2026-09-05T21:00:00Z' })).toEqual(denied('outside-schedule'));
  });

  it('is granted by any one of several leaves', () => {
    const person = personOf(1, {
      access: [
        { accessPointId, windows: [{ days: [1], from_min: 0, to_min: 60 }] },
        { accessPointId, windows: [], validUntil: '2020-01-01T00:00:00Z' },
        { accessPointId, windows: [from8to22] },
      ],
    });
    expect(ask(person)).toEqual(granted);
  });

  it('without a clock to trust is granted only where no time was set', () => {
    expect(ask(personOf(1), { clockTrusted: false })).toEqual(granted);
    expect(ask(withGrant({ windows: [from8to22] }), { clockTrusted: false })).toEqual(
      denied('clock-untrusted'),
    );
    expect(ask(personOf(1, { validUntil: '2030-01-01T00:00:00Z' }), { clockTrusted: false })).toEqual(
      denied('clock-untrusted'),
    );
  });

  it('keeps an untimed leave open when a timed one stands beside it and the clock is not trusted', () => {
    const access = [
      { accessPointId, windows: [from8to22] },
      { accessPointId, windows: [] },
    ];
    expect(ask(personOf(1, { access }), { clockTrusted: false })).toEqual(granted);
  });
});

it('a window is open for exactly its minutes in a week, whatever the zone', () => {
  const window = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    from_min: fc.integer({ min: 0, max: 1_439 }),
    to_min: fc.integer({ min: 0, max: 1_440 }),
  });
  const zone = fc.constantFrom('Asia/Shanghai', 'Asia/Kathmandu', 'America/St_Johns', 'UTC');
  fc.assert(
    fc.property(window, zone, (one, timeZone) => {
      const person = withGrant({ windows: [one] });
      const step_min = 30;
      let open = 0;
      for (let min = 0; min < 7 * 1_440; min += step_min) {
        const now_ms = Date.parse('2026-09-07T00:00:00Z') + min * 60_000;
        if (ask(person, { now_ms, timeZone }).decision === 'grant') open += step_min;
      }
      const length = one.to_min - one.from_min + (one.from_min <= one.to_min ? 0 : 1_440);
      expect(Math.abs(open - length * one.days.length)).toBeLessThanOrEqual(step_min * one.days.length);
    }),
    { numRuns: 25 },
  );
});
