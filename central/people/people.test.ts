import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Person, PersonSummary } from '../../protocol/staff/index.js';
import { createTestCentral, onEachDatabase, type TestCentral } from '../testing.js';

type People = { items: PersonSummary[]; nextCursor?: string };

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  test('a new person has no consent, no template, and is on no device', async () => {
    expect(await central.addPerson({ name: '李小明', building: 'East 1' })).toMatchObject({
      name: '李小明',
      displayName: '李*明',
      building: 'East 1',
      status: 'active',
      templates: [],
      reach: [],
      consents: [
        { purpose: 'door', granted: false },
        { purpose: 'payment', granted: false },
        { purpose: 'attendance', granted: false },
      ],
    });
  });

  test('a student number belongs to one person, also when two clerks type it at once', async () => {
    const admin = await central.staff('enrolment');
    const answers = await Promise.all(
      ['A', 'B', 'C'].map(name => admin.call('POST', '/people', { studentNumber: '2026001', name })),
    );
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(answer => answer.status === 409)).toMatchObject({
      code: 'student_number_taken',
      error: { params: { studentNumber: '2026001' } },
    });
  });

  test.each([
    [{ name: 'No number' }, 'studentNumber'],
    [{ studentNumber: 'has space', name: 'X' }, 'studentNumber'],
    [{ studentNumber: '1', name: '' }, 'name'],
    [{ studentNumber: '1', name: '  ' }, 'name'],
    [{ studentNumber: '1', name: 'a\u0000b' }, 'body'],
    [{ studentNumber: '1', name: 'X', birthDate: '2010-02-31' }, 'birthDate'],
    [{ studentNumber: '1', name: 'X', validUntil: 'tomorrow' }, 'validUntil'],
    [{ studentNumber: 1, name: 'X' }, 'studentNumber'],
  ])('%j is refused, naming %s', async (body, field) => {
    const admin = await central.staff();
    expect(await admin.call('POST', '/people', body)).toMatchObject({
      status: 400,
      code: 'invalid_input',
      error: { params: { field } },
    });
  });

  test('null clears a field, an absent one is left alone', async () => {
    const admin = await central.staff();
    const person = await central.addPerson({ building: 'East 1' });
    const path = `/people/${person.id}`;
    await admin.call('PATCH', path, { department: 'Physics', validUntil: '2027-07-01T00:00:00+08:00' });
    const { body } = await admin.call<Person>('PATCH', path, { building: null });
    expect(body).toMatchObject({ department: 'Physics', validUntil: '2027-06-30T16:00:00.000Z' });
    expect(body).not.toHaveProperty('building');
  });

  test('people are found by a part of the name and by the beginning of the student number', async () => {
    const admin = await central.staff();
    await central.addPerson({ name: 'Ada Lovelace', studentNumber: '2026-17' });
    await central.addPerson({ name: 'Grace Hopper', studentNumber: '2025-17', building: 'East 1' });
    const find = async (query: string) =>
      (await admin.get<People>(`/people?${query}`)).body.items.map(person => person.name);
    expect(await find('query=LOVE')).toEqual(['Ada Lovelace']);
    expect(await find('query=2025')).toEqual(['Grace Hopper']);
    expect(await find('query=17')).toEqual([]);
    expect(await find('query=%25')).toEqual(await find('query=_'));
    expect(await find('building=East%201')).toEqual(['Grace Hopper']);
  });

  test('pages follow each other without a gap or a repetition', async () => {
    const admin = await central.staff();
    for (let i = 0; i < 7; i++) await central.addPerson();
    const numbers: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await admin.get<People>(`/people?limit=3${cursor && `&cursor=${cursor}`}`);
      numbers.push(...body.items.map(person => person.studentNumber));
      if (body.nextCursor === undefined) break;
      cursor = body.nextCursor;
    }
    expect(numbers).toHaveLength(7);
    expect(new Set(numbers).size).toBe(7);
  });

  test.each(['nonsense', 'W10', 'WzEsMl0'])('the cursor %s is refused', async cursor => {
    const admin = await central.staff();
    expect(await admin.get(`/people?cursor=${cursor}`)).toMatchObject({ status: 400, code: 'bad_cursor' });
  });

  test('who is not there cannot be read or changed', async () => {
    const admin = await central.staff();
    const path = `/people/${newId()}`;
    expect((await admin.get(path)).code).toBe('person_not_found');
    expect((await admin.call('PATCH', path, { name: 'X' })).code).toBe('person_not_found');
    expect((await admin.call('DELETE', `${path}/templates/${newId()}`)).code).toBe('person_not_found');
    expect((await admin.get('/people/17')).code).toBe('invalid_input');
  });

  test('an erased template leaves central and its person leaves the devices', async () => {
    const admin = await central.staff('enrolment');
    const person = await central.addEnrolled('Ada Lovelace');
    const { body } = await admin.call<Person>(
      'DELETE',
      `/people/${person.id}/templates/${person.templates[0]?.id}`,
    );
    expect(body.templates).toEqual([]);
    const entries = await central.db.selectFrom('gallery_entry').select('state').execute();
    expect(entries.map(entry => entry.state)).toEqual(['tombstone', 'tombstone']);
  });

  test('a PIN is kept as its verifier alone, reaches the tills, and goes again; simple ones are refused', async () => {
    const admin = await central.staff();
    const person = await central.addEnrolled('pin');
    const setPin = (pin: string | null) => admin.call<Person>('PUT', `/people/${person.id}/pin`, { pin });
    expect(person.hasPin).toBe(false);
    for (const pin of ['', '12345', '111111', '123456', 'abcdef'])
      expect(await setPin(pin)).toMatchObject({ status: 400, code: 'pin_too_simple' });
    expect(await setPin('482915')).toMatchObject({ status: 200, body: { hasPin: true } });
    const row = await central.db
      .selectFrom('person')
      .selectAll()
      .where('id', '=', person.id)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain('482915');
    const entry = () =>
      central.db
        .selectFrom('gallery_entry')
        .select(['purpose', 'body'])
        .where('person_id', '=', person.id)
        .orderBy('purpose')
        .execute();
    const [door, payment] = await entry();
    expect(JSON.parse(payment!.body).payment.pin).toEqual(JSON.parse(row.pin!));
    // A gate has no use for it.
    expect(door!.body).not.toContain('pin');
    expect(await setPin(null)).toMatchObject({ body: { hasPin: false } });
    expect((await entry())[1]!.body).not.toContain('pin');
  });
});
