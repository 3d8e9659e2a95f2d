import { describe, expect, it } from 'vitest';
import type { Device, Entry, Transfer } from '../../../protocol/staff/index.js';
import { entryFits } from '../pages/entries.js';
import { tillOf } from '../pages/tills.js';
import { createWords } from '../words/index.js';
import { galleryCondition, troublesOf } from './device-state.js';
import { evidenceFacts } from './evidence.js';
import { filterIn } from './filters.js';
import { pairingCommand } from './pairing.js';
import { totalsOf } from './totals.js';
import { noneMark, transferFits, transfersPath } from './transfer-filter.js';

const words = createWords('en');
const entry = {
  id: 'e',
  at: '2026-11-24T10:00:00.000Z',
  decision: 'grant',
  accessPointId: 'north',
  personId: 'ada',
} as Entry;

describe('an entry that comes in live', () => {
  it('is shown where the filter asks for it', () => {
    expect(entryFits(entry, {})).toBe(true);
    expect(entryFits(entry, { decision: 'grant', accessPointId: 'north', personId: 'ada' })).toBe(true);
    expect(entryFits(entry, { from: '2026-11-24T00:00:00.000Z', to: '2026-11-24T23:59:59.999Z' })).toBe(true);
  });
  it.each([
    { decision: 'deny' },
    { accessPointId: 'south' },
    { personId: 'bob' },
    { from: '2026-11-24T10:00:00.001Z' },
    { to: '2026-11-24T09:59:59.999Z' },
  ])('is not where it does not: %j', filter => {
    expect(entryFits(entry, filter)).toBe(false);
  });
});

it('a transfer that comes in live is shown where the filter asks for it', () => {
  const transfer = { kind: 'meal', personId: 'ada', at: '2026-11-24T10:00:00.000Z' } as Transfer;
  expect(transferFits(transfer, { kind: 'meal', personId: 'ada' })).toBe(true);
  expect(transferFits(transfer, { kind: 'refund' })).toBe(false);
});

it('a filter is what the address says, and nothing else that is in it', () => {
  const params = new URLSearchParams('decision=deny&personId=&utm=1');
  expect(filterIn(params, ['decision', 'personId', 'from'])).toEqual({ decision: 'deny' });
});

it('totals are by kind, and never add two currencies', () => {
  const transfer = (kind: Transfer['kind'], amount_minor: number, currency = 'CNY') =>
    ({ kind, amount_minor, currency }) as Transfer;
  expect(
    totalsOf([
      transfer('top-up', 5000),
      transfer('meal', 1250),
      transfer('meal', 800),
      transfer('meal', 300, 'EUR'),
    ]),
  ).toEqual([
    { kind: 'meal', currency: 'CNY', count: 2, total_minor: 2050 },
    { kind: 'meal', currency: 'EUR', count: 1, total_minor: 300 },
    { kind: 'top-up', currency: 'CNY', count: 1, total_minor: 5000 },
  ]);
});

describe('a device', () => {
  const device = (status: object | undefined, rest: object = {}) =>
    ({
      currentRevision: 7,
      ...(status ? { status: { galleryRevision: 7, ...status } } : {}),
      ...rest,
    }) as Device;
  it('differs when its digest does, even at the right revision', () => {
    expect(galleryCondition(device({}, { digestMatches: false }))).toBe('differs');
    expect(galleryCondition(device({}, { digestMatches: true }))).toBe('same');
    expect(galleryCondition(device({ galleryRevision: 5 }))).toBe('behind');
    expect(galleryCondition(device(undefined))).toBe('unreported');
  });
  it('names what needs somebody', () => {
    expect(troublesOf(device({ camera: 'lost', door: 'failed', disk: 'full' }), words)).toEqual([
      'Camera: lost',
      'Door: failed',
      'Disk: full',
    ]);
    expect(troublesOf(device({ camera: 'ok', disk: 'ok' }), words)).toEqual([]);
  });
  it('is paired by a command that can be copied', () => {
    expect(pairingCommand('https://porter.example', 'N39GQ53B')).toBe(
      'npm run porter -- edge --central https://porter.example --pair N39GQ53B',
    );
  });
});

it('evidence says when there was nobody else to be mistaken for, and when liveness was not measured', () => {
  const evidence = {
    packId: 'porter-512',
    score: 0.61,
    margin: 2,
    threshold: 0.43,
    quality: 0.9,
    galleryRevision: 12,
    galleryPersons: 3500,
    frames: 3,
  };
  const facts = Object.fromEntries(
    evidenceFacts({ evidence }, words).map(({ label, value }) => [label, value]),
  );
  expect(facts).toMatchObject({
    Score: 'above the threshold · 0.610',
    'Distance to the second-best person': 'nobody else in the gallery',
    Liveness: 'not measured',
    Gallery: '3,500 people, revision 12',
  });
});

it('a till’s limit is read in fen, and left to central where none is typed', () => {
  expect(tillOf({ name: ' Till 2 ', canteen: 'East', limit: '80.5' })).toEqual({
    name: 'Till 2',
    canteen: 'East',
    perMealLimit_minor: 8050,
  });
  expect(tillOf({ name: 'Till 2', canteen: 'East', limit: ' ' })).not.toHaveProperty('perMealLimit_minor');
  expect(() => tillOf({ name: 'Till 2', canteen: 'East', limit: '1.234' })).toThrow('two decimals');
});

it('a figure of what is of no stall leads to that alone, also live', () => {
  expect(transfersPath({ canteen: 'North', stall: noneMark }, undefined)).toBe(
    '/transfers?canteen=North&stall=&limit=50',
  );
  const at = '2026-11-24T10:00:00.000Z';
  const filter = { canteen: 'North', stall: noneMark, late: 'false' };
  expect(transferFits({ at, canteen: 'North' } as Transfer, filter)).toBe(true);
  expect(transferFits({ at, canteen: 'North', stall: 'Rice' } as Transfer, filter)).toBe(false);
  const late = { at, canteen: 'North', mealDate: '2026-11-22', businessDay: '2026-11-23' } as Transfer;
  expect(transferFits(late, filter)).toBe(false);
  expect(transferFits(late, { late: 'true' })).toBe(true);
});
