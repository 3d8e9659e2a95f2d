import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../protocol/staff/index.js';
import { createTestCentral, onEachDatabase, type TestCentral } from '../testing.js';
import { ageOn } from './age.js';

describe('age', () => {
  test.each([
    ['2012-09-01', '2026-08-31', 13],
    ['2012-09-01', '2026-09-01', 14],
    ['2012-02-29', '2026-02-28', 13],
    ['2012-02-29', '2026-03-01', 14],
  ])('who was born on %s is on %s %i years old', (birthDate, date, age) => {
    expect(ageOn(birthDate, date)).toBe(age);
  });
});

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  const set = async (personId: string, purpose: string, body: object) =>
    (await central.staff('enrolment')).call<Person>('PUT', `/people/${personId}/consents/${purpose}`, body);

  test('consent holds for its purpose alone and remembers who gave it to which notice', async () => {
    const person = await central.addPerson();
    const { body } = await set(person.id, 'door', {
      granted: true,
      givenBy: 'person',
      noticeVersion: '2026-1',
    });
    expect(body.consents).toEqual([
      {
        purpose: 'door',
        granted: true,
        givenBy: 'person',
        noticeVersion: '2026-1',
        changedAt: '2026-09-01T08:00:00.000Z',
      },
      { purpose: 'payment', granted: false },
      { purpose: 'attendance', granted: false },
    ]);
  });

  test('for a child under 14 only a guardian consents, up to the birthday in the campus time zone', async () => {
    // 2026-09-01T08:00Z is 16:00 in Shanghai.
    const child = await central.addPerson({ birthDate: '2012-09-02' });
    expect(await set(child.id, 'door', { granted: true, givenBy: 'person' })).toMatchObject({
      status: 409,
      code: 'guardian_required',
    });
    expect((await set(child.id, 'door', { granted: true })).code).toBe('guardian_required');
    expect((await set(child.id, 'door', { granted: true, givenBy: 'guardian' })).status).toBe(200);
    central.clock.advance(8 * 3_600_000);
    expect((await set(child.id, 'payment', { granted: true, givenBy: 'person' })).status).toBe(200);
  });

  test('withdrawing one purpose takes the face off its devices and leaves the others', async () => {
    const person = await central.addEnrolled('Ada Lovelace');
    const { body } = await set(person.id, 'door', { granted: false });
    expect(body.templates).toHaveLength(1);
    const entries = await central.db
      .selectFrom('gallery_entry')
      .select(['purpose', 'state', 'body'])
      .orderBy('purpose')
      .execute();
    expect(entries).toMatchObject([
      { purpose: 'door', state: 'tombstone', body: '' },
      { purpose: 'payment', state: 'present' },
    ]);
  });

  test('when no purpose is left, the templates are gone from central too', async () => {
    const person = await central.addEnrolled('Ada Lovelace');
    await set(person.id, 'door', { granted: false });
    const { body } = await set(person.id, 'payment', { granted: false });
    expect(body.templates).toEqual([]);
    expect(await central.db.selectFrom('template').selectAll().execute()).toEqual([]);
  });

  test('every statement is kept and cannot be changed', async () => {
    const person = await central.addPerson();
    await set(person.id, 'door', { granted: true });
    await set(person.id, 'door', { granted: false });
    const records = await central.db.selectFrom('consent_record').selectAll().orderBy('id').execute();
    expect(records.map(record => [record.granted, record.recorded_by])).toEqual([
      [1, 'enrolment'],
      [0, 'enrolment'],
    ]);
    await expect(central.db.deleteFrom('consent_record').execute()).rejects.toThrow('append-only');
  });

  test('an unknown purpose is refused', async () => {
    const person = await central.addPerson();
    expect((await set(person.id, 'marketing', { granted: true })).code).toBe('invalid_input');
  });
});
