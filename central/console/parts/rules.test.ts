import { describe, expect, it } from 'vitest';
import { createWords } from '../words/index.js';
import { daysText, validityText, windowsText } from './rule-text.js';
import { ruleOf } from './rule-values.js';

const time = (hour: number, minute = 0) => ({ hour: () => hour, minute: () => minute });
const day = (iso: string) => ({
  startOf: () => ({ toISOString: () => `${iso}T00:00:00.000Z` }),
  endOf: () => ({ toISOString: () => `${iso}T23:59:59.999Z` }),
});
const base = { accessPointId: 'door', who: 'everyone' } as const;

describe('a rule as it is typed', () => {
  it('without hours is for any time', () => {
    expect(ruleOf(base)).toEqual({ accessPointId: 'door', subject: { kind: 'everyone' }, windows: [] });
    expect(ruleOf({ ...base, windows: [{}] }).windows).toEqual([]);
  });
  it('names a building without the blanks around it', () => {
    expect(ruleOf({ ...base, who: 'building', building: ' North 3 ' }).subject).toEqual({
      kind: 'building',
      building: 'North 3',
    });
  });
  it('with days and no hours means whole days, with hours and no days every day', () => {
    expect(ruleOf({ ...base, windows: [{ days: [7, 6] }] }).windows).toEqual([
      { days: [6, 7], from_min: 0, to_min: 1440 },
    ]);
    expect(ruleOf({ ...base, windows: [{ hours: [time(8, 30), time(22)] }] }).windows).toEqual([
      { days: [1, 2, 3, 4, 5, 6, 7], from_min: 510, to_min: 1320 },
    ]);
  });
  it('over midnight becomes two windows, the second on the following days', () => {
    expect(ruleOf({ ...base, windows: [{ days: [5, 7], hours: [time(22), time(6)] }] }).windows).toEqual([
      { days: [5, 7], from_min: 1320, to_min: 1440 },
      { days: [1, 6], from_min: 0, to_min: 360 },
    ]);
  });
  it('up to midnight ends with the day', () => {
    expect(ruleOf({ ...base, windows: [{ days: [1], hours: [time(18), time(0)] }] }).windows).toEqual([
      { days: [1], from_min: 1080, to_min: 1440 },
    ]);
  });
  it('is valid from the first moment of its first day to the last of its last', () => {
    expect(ruleOf({ ...base, validity: [day('2026-11-24'), null] })).toMatchObject({
      validFrom: '2026-11-24T00:00:00.000Z',
    });
    expect(ruleOf({ ...base, validity: [null, day('2026-12-01')] })).toMatchObject({
      validUntil: '2026-12-01T23:59:59.999Z',
    });
  });
});

describe('a rule as it is read', () => {
  const en = createWords('en');
  const zh = createWords('zh');
  it('draws runs of days together', () => {
    expect(daysText([1, 2, 3, 4, 5], en)).toBe('Mon–Fri');
    expect(daysText([1, 2, 4, 6, 7], en)).toBe('Mon, Tue, Thu, Sat, Sun');
    expect(daysText([7, 5, 6, 1], zh)).toBe('周一、周五–周日');
    expect(daysText([1, 2, 3, 4, 5, 6, 7], en)).toBe('daily');
  });
  it('has a line for each window', () => {
    const windows = [
      { days: [1, 2, 3, 4, 5], from_min: 360, to_min: 1380 },
      { days: [6, 7], from_min: 0, to_min: 1440 },
    ];
    expect(windowsText(windows, en)).toEqual(['Mon–Fri 06:00–23:00', 'Sat, Sun']);
    expect(windowsText([], zh)).toEqual(['任何时间']);
  });
  it('says how long it holds', () => {
    expect(validityText({}, en)).toBe('no end');
    expect(validityText({ validUntil: '2026-12-01T12:00:00.000Z' }, en)).toBe('until 1 Dec 2026');
  });
});
