import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { PackPlan, Person, PersonSummary } from '../../protocol/staff/index.js';
import { createVault } from '../gallery/index.js';
import {
  createTestCentral,
  fakeEmbedding,
  onEachDatabase,
  type TestCentral,
  type TestDevice,
} from '../testing.js';

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  const current = 'fake-32';
  const plan = async () => (await (await central.staff('supervisor')).get<PackPlan>('/packs')).body;
  const outdated = async () =>
    (await (await central.staff()).get<{ items: PersonSummary[] }>('/people?faces=outdated')).body.items.map(
      one => one.name,
    );
  async function reportPack(device: TestDevice, packId: string): Promise<void> {
    const answer = await device.send('/device/v1/status', {
      body: {
        ...{ softwareVersion: '1', packId, camera: 'ok', disk: 'ok', memory_bytes: 0 },
        ...{ galleryRevision: 0, galleryDigest: '0'.repeat(64), galleryPersons: 0 },
        ...{ outboxDepth: 0, lastSequence: 0 },
      },
    });
    expect(answer.status).toBe(200);
  }
  /** As enrolled before central changed its pack. */
  async function addOldTemplate(person: Person): Promise<void> {
    const identity = { personId: person.id, templateId: newId(), packId: 'old' };
    const sealed = createVault(Buffer.alloc(32, 7)).seal(identity, fakeEmbedding(person.name));
    await central.db
      .insertInto('template')
      .values({
        ...{ id: identity.templateId, person_id: person.id, pack_id: 'old', sealed, quality: 1 },
        ...{ enrolled_at: '2026-01-01T00:00:00.000Z', enrolled_by: null },
      })
      .execute();
  }

  test('nobody has to enrol again while there is one pack', async () => {
    await central.addEnrolled('ada');
    expect(await plan()).toEqual({
      current,
      toEnrolAgain: 0,
      packs: [{ packId: current, persons: 1, templates: 1, devices: 0 }],
    });
    expect(await outdated()).toEqual([]);
  });

  test('after a change of pack those with old templates alone are listed, until they are enrolled again', async () => {
    const ada = await central.addEnrolled('ada');
    const bob = await central.addEnrolled('bob');
    await central.addPerson({ name: 'nobody yet' });
    await central.db.deleteFrom('template').where('person_id', '=', ada.id).execute();
    await addOldTemplate(ada);
    await addOldTemplate(bob);
    expect(await plan()).toMatchObject({
      toEnrolAgain: 1,
      packs: [
        { packId: current, persons: 1, templates: 1 },
        { packId: 'old', persons: 2, templates: 2 },
      ],
    });
    expect(await outdated()).toEqual(['ada']);
    const none = await (await central.staff()).get<{ items: PersonSummary[] }>('/people?faces=none');
    expect(none.body.items.map(one => one.name)).toEqual(['nobody yet']);
  });

  test('an old pack is erased from central and devices, but not while a device recognises with it', async () => {
    const bob = await central.addEnrolled('bob');
    await addOldTemplate(bob);
    const gate = await central.addDevice('gate');
    await reportPack(gate, 'old');
    const admin = await central.staff();
    expect(await admin.call('DELETE', '/packs/old')).toMatchObject({ status: 409, code: 'pack_in_use' });
    await reportPack(gate, current);
    expect(await admin.call('DELETE', '/packs/old')).toMatchObject({
      status: 200,
      body: { persons: 1, templates: 1 },
    });
    expect((await plan()).packs).toEqual([{ packId: current, persons: 1, templates: 1, devices: 1 }]);
    expect(await admin.call('DELETE', '/packs/old')).toMatchObject({ status: 404, code: 'pack_unknown' });
  });

  test('the pack that people are enrolled with cannot be erased, nor any by others than an administrator', async () => {
    await central.addEnrolled('ada');
    const admin = await central.staff();
    expect(await admin.call('DELETE', `/packs/${current}`)).toMatchObject({
      status: 409,
      code: 'pack_current',
    });
    const officer = await central.staff('enrolment');
    expect(await officer.call('DELETE', '/packs/old')).toMatchObject({ status: 403 });
  });
});
