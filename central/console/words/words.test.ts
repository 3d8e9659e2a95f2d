import { describe, expect, it } from 'vitest';
import type { AccessReason } from '../../../protocol/events.js';
import type { DeviceState, FlagReason, Role, TransferKind } from '../../../protocol/staff/index.js';
import type { QualityReason } from '../../../vision/types.js';
import { en } from './en.js';
import { createWords, firstLanguage, type WordKey, wordFor } from './index.js';
import { zh } from './zh.js';

const keys = Object.keys(en) as WordKey[];
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]).sort();

describe('the two dictionaries', () => {
  it('hold the same keys', () => {
    expect(Object.keys(zh).sort()).toEqual([...keys].sort());
  });
  it('say everything with the same parameters', () => {
    for (const key of keys) {
      expect(zh[key].trim(), key).not.toBe('');
      expect(placeholders(zh[key]), key).toEqual(placeholders(en[key]));
    }
  });
  it('have seven weekdays', () => {
    expect(en.weekdays.split(',')).toHaveLength(7);
    expect(zh.weekdays.split(',')).toHaveLength(7);
  });
});

// A value that the protocol gains and these lists do not is a type error here.
const reasons: Record<QualityReason, true> = {
  'too-small': true,
  'too-large': true,
  'turned-away': true,
  'looking-up-or-down': true,
  tilted: true,
  blurred: true,
  'too-dark': true,
  'too-bright': true,
  'low-contrast': true,
  'outside-frame': true,
  covered: true,
  'uncertain-detection': true,
};
const accessReasons: Record<AccessReason, true> = {
  granted: true,
  'unknown-person': true,
  unsure: true,
  'no-permission': true,
  'outside-schedule': true,
  expired: true,
  blocked: true,
  'not-live': true,
  'clock-untrusted': true,
};
const states: Record<DeviceState, true> = {
  unpaired: true,
  online: true,
  offline: true,
  quarantined: true,
  revoked: true,
};
const roles: Record<Role, true> = {
  admin: true,
  enrolment: true,
  supervisor: true,
  canteen: true,
  finance: true,
};
const transferKinds: Record<TransferKind, true> = {
  meal: true,
  'top-up': true,
  refund: true,
  subsidy: true,
  expiry: true,
};
const flags: Record<FlagReason, true> = {
  'below-floor': true,
  'after-release': true,
  'hold-differs': true,
  'code-used-twice': true,
};

it.each([
  ['reason', reasons],
  ['advice', reasons],
  ['access', accessReasons],
  ['explain', accessReasons],
  ['state', states],
  ['role', roles],
  ['kind', transferKinds],
  ['flag', flags],
  ['flagWhy', flags],
  ['grade', { good: true, fair: true, poor: true }],
  ['camera', { ok: true, lost: true, starting: true }],
  ['purpose', { door: true, payment: true, attendance: true }],
] as const)('every %s of the protocol has words', (prefix, values) => {
  const words = createWords('zh');
  for (const value of Object.keys(values)) {
    const text = wordFor(words, prefix, value);
    expect(text, `${prefix} ${value}`).not.toBe(value);
  }
});

it('an unknown value stands for itself', () => {
  expect(wordFor(createWords('en'), 'reason', 'winking')).toBe('winking');
});

it('parameters are filled in, and one that is missing stays visible', () => {
  const words = createWords('en');
  expect(words('reach_door', { upToDate: 1, devices: 2 })).toBe('On 1 of 2 gates');
  expect(words('reach_door', { upToDate: 1 })).toContain('{devices}');
});

it('the first language is the one chosen before, then the browser’s, then English', () => {
  expect(firstLanguage('en', 'zh-CN')).toBe('en');
  expect(firstLanguage(null, 'zh-TW')).toBe('zh');
  expect(firstLanguage('fr', 'fr-FR')).toBe('en');
});
