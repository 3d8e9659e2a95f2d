import { describe, expect, it } from 'vitest';
import type { DeviceReach, Person } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { may } from '../session.js';
import { createWords } from '../words/index.js';
import { needsGuardian } from './consent-card.js';
import { outcomeOfError, outcomeOfResult } from './enrolment.js';
import { creationOf, updateOf } from './person-form.js';
import { isPending, reachText } from './reach.js';

const en = createWords('en');
const zh = createWords('zh');

describe('what came of a photo', () => {
  it('names the faults in words, each with what to do about it', () => {
    const error = new ApiError(422, 'poor_quality', 'x', { reasons: ['blurred', 'too-dark'] });
    expect(outcomeOfError(error, en)).toMatchObject({
      ok: false,
      isDuplicate: false,
      reasons: [
        'the picture is blurred. Hold still, and clean the lens.',
        'too dark. Turn towards the light.',
      ],
    });
    expect(outcomeOfError(error, zh).reasons[0]).toBe('画面模糊。请保持不动，并擦净镜头。');
  });
  it('repeats central’s message where it names no faults', () => {
    expect(outcomeOfError(new ApiError(422, 'no_face', '照片中没有人脸'), zh).text).toBe('照片中没有人脸');
  });
  it('knows a face that another person has', () => {
    expect(outcomeOfError(new ApiError(409, 'duplicate_face', 'taken'), en).isDuplicate).toBe(true);
  });
  it('tells the grade of a good one', () => {
    const template = { id: 't', packId: 'p', quality: 0.9, enrolledAt: '2026-11-24T00:00:00Z' };
    const verdict = { grade: 'good' as const, score: 0.934, reasons: [] };
    expect(outcomeOfResult({ template, verdict }, en).text).toBe('Quality: good (93%)');
  });
});

describe('a person’s form', () => {
  it('leaves out what is empty in a new person', () => {
    expect(creationOf({ studentNumber: ' 2026100 ', name: ' Maya ', building: '', birthDate: null })).toEqual(
      {
        studentNumber: '2026100',
        name: 'Maya',
      },
    );
  });
  it('clears what is emptied in a known one', () => {
    expect(updateOf({ name: 'Maya', building: ' ', department: 'Physics' })).toEqual({
      name: 'Maya',
      building: null,
      department: 'Physics',
      validUntil: null,
    });
  });
});

it('under fourteen only a guardian consents', () => {
  expect(needsGuardian('2012-11-25', '2026-11-24')).toBe(true);
  expect(needsGuardian('2012-11-24', '2026-11-24')).toBe(false);
  expect(needsGuardian(undefined, '2026-11-24')).toBe(false);
});

describe('how far a change has come', () => {
  const reach = (values: Partial<DeviceReach>): DeviceReach => ({
    purpose: 'door',
    devices: 2,
    upToDate: 2,
    ...values,
  });
  it('is told in gates and tills', () => {
    expect(reachText(reach({ upToDate: 1 }), en)).toEqual({ text: 'On 1 of 2 gates', isWhole: false });
    expect(reachText(reach({ purpose: 'payment' }), zh)?.text).toBe('已同步 2/2 台收银台');
  });
  it('counts receipts after an erasure, not revisions', () => {
    expect(reachText(reach({ erased: 1 }), en)).toEqual({ text: 'Erased on 1 of 2 gates', isWhole: false });
  });
  it('is nothing where there is no device', () => {
    expect(reachText(reach({ devices: 0, upToDate: 0 }), en)).toBeUndefined();
  });
  it('is watched until every device has it', () => {
    const person = (one: DeviceReach) => ({ reach: [one] }) as unknown as Person;
    expect(isPending(person(reach({})))).toBe(false);
    expect(isPending(person(reach({ upToDate: 1 })))).toBe(true);
    expect(isPending(person(reach({ erased: 0 })))).toBe(true);
    expect(isPending(undefined)).toBe(false);
  });
});

it('a role sees what is its own', () => {
  expect(may('admin', 'editDevices')).toBe(true);
  expect(may('enrolment', 'editPeople')).toBe(true);
  expect(may('enrolment', 'seeDevices')).toBe(false);
  expect(may('supervisor', 'seeMoney')).toBe(false);
  expect(may('finance', 'seeMoney')).toBe(true);
  expect(may('canteen', 'editStaff')).toBe(false);
});
