import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeVector } from '../../protocol/index.js';
import type { EnrolmentResult, Person } from '../../protocol/staff/index.js';
import { createVault, vectorOf } from '../gallery/index.js';
import {
  createTestCentral,
  fakeEmbedding,
  fakePhoto,
  onEachDatabase,
  type TestCentral,
  toAnswer,
} from '../testing.js';

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  async function addConsenting(purpose = 'door'): Promise<Person> {
    const person = await central.addPerson();
    const admin = await central.staff();
    await admin.call('PUT', `/people/${person.id}/consents/${purpose}`, { granted: true });
    return person;
  }
  const enrol = async (person: Person, photo: Uint8Array, fields?: Record<string, string>) =>
    (await central.staff('enrolment')).uploadPhoto<EnrolmentResult>(person.id, photo, fields);
  const templates = () => central.db.selectFrom('template').selectAll().execute();

  test('a photo becomes a template with its verdict; neither photo nor plain vector is stored', async () => {
    const person = await addConsenting();
    const answer = await enrol(person, fakePhoto('ada'));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        template: { packId: 'fake-32', quality: 0.9, enrolledBy: 'enrolment' },
        verdict: { grade: 'good', score: 0.9, reasons: [] },
      },
    });
    const [row] = await templates();
    const vector = Buffer.from(fakeEmbedding('ada').buffer);
    expect(Buffer.from(row!.sealed).includes(vector.subarray(0, 16))).toBe(false);
  });

  test('a sealed template opens for its own person alone', async () => {
    await enrol(await addConsenting(), fakePhoto('ada'));
    const [row] = await templates();
    const vault = createVault(Buffer.alloc(32, 7));
    const identity = { personId: row!.person_id, templateId: row!.id, packId: row!.pack_id };
    expect(vectorOf(vault.open(identity, row!.sealed))).toEqual(fakeEmbedding('ada'));
    expect(() => vault.open({ ...identity, personId: row!.id }, row!.sealed)).toThrow(
      expect.objectContaining({ code: 'seal_broken' }),
    );
  });

  test.each([
    ['without a face', fakePhoto(), 'no_face', {}],
    ['with two people', fakePhoto('ada', 'bob'), 'several_faces', { count: 2 }],
    [
      'that is too poor',
      fakePhoto({ who: 'ada', grade: 'poor', reasons: ['blurred', 'too-dark'] }),
      'poor_quality',
      { reasons: ['blurred', 'too-dark'] },
    ],
    ['that is no picture', Buffer.from('not a picture'), 'unreadable_image', {}],
    ['that is empty', Buffer.alloc(0), 'photo_missing', {}],
  ])('a photo %s is refused and nothing is stored', async (_, photo, code, params) => {
    expect(await enrol(await addConsenting(), photo)).toMatchObject({ code, error: { params } });
    expect(await templates()).toEqual([]);
  });

  test('somebody small in the background does not spoil a photo, and a fair one enrols with a warning', async () => {
    const photo = fakePhoto(
      { who: 'passer-by', side_px: 60 },
      { who: 'ada', side_px: 200, grade: 'fair', reasons: ['tilted'] },
    );
    expect(await enrol(await addConsenting(), photo)).toMatchObject({
      status: 201,
      body: { verdict: { grade: 'fair', reasons: ['tilted'] } },
    });
    const [row] = await templates();
    const identity = { personId: row!.person_id, templateId: row!.id, packId: row!.pack_id };
    expect(vectorOf(createVault(Buffer.alloc(32, 7)).open(identity, row!.sealed))).toEqual(
      fakeEmbedding('ada'),
    );
  });

  test('without consent for doors or payment nothing is enrolled', async () => {
    expect(await enrol(await central.addPerson(), fakePhoto('ada'))).toMatchObject({
      status: 409,
      code: 'no_consent',
    });
    expect((await enrol(await addConsenting('attendance'), fakePhoto('ada'))).code).toBe('no_consent');
  });

  test('a face that is enrolled for somebody else is refused without telling the full name', async () => {
    const first = await central.addEnrolled('Ada Lovelace');
    const answer = await enrol(await addConsenting(), fakePhoto('Ada Lovelace'));
    expect(answer).toMatchObject({
      status: 409,
      code: 'duplicate_face',
      error: { params: { displayName: 'Ada L.', studentNumber: first.studentNumber, score: 1 } },
    });
    expect(JSON.stringify(answer.body)).not.toContain('Lovelace');
  });

  test('only an administrator may enrol a look-alike', async () => {
    await central.addEnrolled('twin');
    const person = await addConsenting();
    const allow = { allowDuplicate: 'true' };
    expect((await enrol(person, fakePhoto('twin'), allow)).code).toBe('duplicate_override_forbidden');
    const admin = await central.staff();
    expect((await admin.uploadPhoto(person.id, fakePhoto('twin'), allow)).status).toBe(201);
  });

  test('the same person may enrol several photos, at most five', async () => {
    const person = await addConsenting();
    for (let i = 0; i < 5; i++) expect((await enrol(person, fakePhoto('ada'))).status).toBe(201);
    expect(await enrol(person, fakePhoto('ada'))).toMatchObject({
      code: 'too_many_templates',
      error: { params: { limit: 5 } },
    });
  });

  test('a photo over the limit is refused', async () => {
    await central.close();
    central = await createTestCentral({ dialect, config: { maxPhoto_bytes: 10_000 } });
    const answer = await enrol(await addConsenting(), Buffer.alloc(20_000, 1));
    expect(answer).toMatchObject({ status: 413, code: 'image_too_large' });
  });

  test('a request that is no form is refused', async () => {
    const person = await addConsenting();
    const { cookie } = await central.staff();
    const response = await central.app.inject({
      method: 'POST',
      url: `/api/v1/people/${person.id}/enrolments`,
      headers: { cookie },
      payload: { photo: 'x' },
    });
    expect(toAnswer(response).code).toBe('photo_missing');
  });

  test('devices get the very vector that was enrolled', async () => {
    await central.addEnrolled('ada');
    const gate = await central.addDevice('gate');
    const { body } = await gate.send<{ changes: [{ person: { templates: [{ vector: string }] } }] }>(
      '/device/v1/gallery/changes',
    );
    expect(decodeVector(body.changes[0].person.templates[0].vector)).toEqual(fakeEmbedding('ada'));
  });
});
