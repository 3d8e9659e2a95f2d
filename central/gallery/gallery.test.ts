import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ChangesPage,
  contentHash,
  emptyDigest,
  type GalleryPerson,
  galleryDigest,
} from '../../protocol/index.js';
import type { AccessPoint, AccessRule, Person } from '../../protocol/staff/index.js';
import { createTestCentral, onEachDatabase, type TestCentral, type TestDevice } from '../testing.js';

/** What a device does with pages: the whole gallery by person. */
async function pull(device: TestDevice, after = 0, limit = 200) {
  const held = new Map<string, { person: GalleryPerson; contentHash: string }>();
  for (let cursor = after; ; ) {
    const { body: page } = await device.send<ChangesPage>(
      `/device/v1/gallery/changes?after=${cursor}&limit=${limit}`,
    );
    for (const change of page.changes) {
      if (change.kind === 'tombstone') held.delete(change.personId);
      else held.set(change.person.personId, change);
    }
    cursor = page.revision;
    if (!page.more) return { held, page };
  }
}

const digestOf = (held: Map<string, { contentHash: string }>) =>
  galleryDigest([...held].map(([personId, { contentHash }]) => ({ personId, contentHash })));

onEachDatabase(dialect => {
  let central: TestCentral;
  let gate: TestDevice;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
    gate = await central.addDevice('gate');
  });
  afterEach(() => central.close());

  const addRule = async (accessPointId: string, subject: object, more: object = {}) =>
    (await central.staff()).post<AccessRule>('/access-rules', { accessPointId, subject, ...more });

  test('an empty gallery has revision 0 and the empty digest, and tells the gate about itself', async () => {
    const { page } = await pull(gate);
    expect(page).toMatchObject({
      purpose: 'door',
      changes: [],
      revision: 0,
      more: false,
      digest: emptyDigest,
      settings: { campus: 'Campus', gate: { accessPoint: { id: gate.placeId, direction: 'in' } } },
    });
    expect(page.settingsHash).toBe(contentHash(page.settings));
  });

  test('pages of any size add up to the same gallery, whose digest is the one central states', async () => {
    for (const who of ['a', 'b', 'c', 'd', 'e']) await central.addEnrolled(who);
    for (const limit of [1, 2, 200]) {
      const { held, page } = await pull(gate, 0, limit);
      expect(held.size).toBe(5);
      expect(page.digest).toBe(digestOf(held));
      for (const { person, contentHash: hash } of held.values()) expect(contentHash(person)).toBe(hash);
    }
  });

  test('a gate learns doors and a till payment, each without the other', async () => {
    const person = await central.addEnrolled('ada');
    const till = await central.addDevice('till');
    const atGate = (await pull(gate)).held.get(person.id)?.person;
    const { held, page } = await pull(till);
    const atTill = held.get(person.id)?.person;
    expect(atGate).toMatchObject({ access: [] });
    expect(atGate).not.toHaveProperty('payment');
    expect(atTill).toMatchObject({
      payment: { offlineAllowed: true, perMealLimit_minor: 10_000, perDayLimit_minor: 20_000 },
    });
    expect(atTill).not.toHaveProperty('access');
    expect(page.settings.till).toMatchObject({ currency: 'CNY', till: { canteen: 'North' } });
  });

  test('a change that devices do not see makes no revision', async () => {
    const person = await central.addEnrolled('ada');
    const { page } = await pull(gate);
    const admin = await central.staff();
    await admin.call('PATCH', `/people/${person.id}`, { department: 'Physics' });
    expect((await pull(gate)).page.revision).toBe(page.revision);
    await admin.call('PATCH', `/people/${person.id}`, { status: 'blocked' });
    const after = await pull(gate, page.revision);
    expect(after.held.get(person.id)?.person.status).toBe('blocked');
  });

  test('withdrawn consent comes as a tombstone and the digest follows', async () => {
    const person = await central.addEnrolled('ada');
    const before = (await pull(gate)).page.revision;
    const admin = await central.staff();
    await admin.call('PUT', `/people/${person.id}/consents/door`, { granted: false });
    const { body } = await gate.send<ChangesPage>(`/device/v1/gallery/changes?after=${before}`);
    expect(body).toMatchObject({
      changes: [{ kind: 'tombstone', personId: person.id, revision: before + 1 }],
      digest: emptyDigest,
    });
  });

  test('rules reach those they concern, and only theirs get a new revision', async () => {
    const east = await central.addEnrolled('east', { building: 'East 1' });
    const west = await central.addEnrolled('west', { building: 'West 1' });
    const { revision } = (await pull(gate)).page;
    const windows = [{ days: [1, 2], from_min: 360, to_min: 1380 }];
    const rule = await addRule(gate.placeId, { kind: 'building', building: 'East 1' }, { windows });
    const { held } = await pull(gate, revision);
    expect([...held.keys()]).toEqual([east.id]);
    expect(held.get(east.id)?.person.access).toEqual([{ accessPointId: gate.placeId, windows }]);
    const admin = await central.staff();
    await admin.call('PATCH', `/people/${west.id}`, { building: 'East 1' });
    expect((await pull(gate)).held.get(west.id)?.person.access).toHaveLength(1);
    await admin.call('DELETE', `/access-rules/${rule.id}`);
    const after = await pull(gate);
    expect([...after.held.values()].map(({ person }) => person.access)).toEqual([[], []]);
    expect(after.page.digest).toBe(digestOf(after.held));
  });

  test('a rule for everyone and one for a person add up', async () => {
    const ada = await central.addEnrolled('ada');
    const bob = await central.addEnrolled('bob');
    await addRule(gate.placeId, { kind: 'everyone' }, { validUntil: '2026-12-31T00:00:00+08:00' });
    const other: AccessPoint = await central.addAccessPoint();
    await addRule(other.id, { kind: 'person', personId: ada.id });
    const { held } = await pull(gate);
    expect(held.get(bob.id)?.person.access).toEqual([
      { accessPointId: gate.placeId, windows: [], validUntil: '2026-12-30T16:00:00.000Z' },
    ]);
    expect(held.get(ada.id)?.person.access?.map(grant => grant.accessPointId)).toEqual([
      gate.placeId,
      other.id,
    ]);
  });

  test('a long poll answers as soon as there is news', async () => {
    const started = performance.now();
    const waiting = gate.send<ChangesPage>('/device/v1/gallery/changes?after=0&wait_ms=20000');
    const person = await central.addEnrolled('ada');
    const { body } = await waiting;
    expect(body.changes).toMatchObject([{ person: { personId: person.id } }]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('over a real connection a poll waits for its news, and ends when the device goes away', async () => {
    const address = await central.app.listen({ host: '127.0.0.1', port: 0 });
    const path = '/device/v1/gallery/changes?after=0&wait_ms=20000';
    const get = (signal?: AbortSignal) =>
      fetch(address + path, { headers: gate.sign(path), ...(signal ? { signal } : {}) });
    const leaving = new AbortController();
    const left = get(leaving.signal).catch(error => String(error));
    const waiting = get();
    await delay(200);
    leaving.abort();
    expect(await left).toContain('Abort');
    const person = await central.addEnrolled('ada');
    const page = (await (await waiting).json()) as ChangesPage;
    expect(page.changes).toMatchObject([{ person: { personId: person.id } }]);
  });

  test('a long poll without news answers empty at its end', async () => {
    const started = performance.now();
    const { body } = await gate.send<ChangesPage>('/device/v1/gallery/changes?wait_ms=150');
    expect(body.changes).toEqual([]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(140);
  });

  test('other settings than the device has are news; a cursor ahead of central is answered at once', async () => {
    const ask = (query: string) =>
      gate.send<ChangesPage>(`/device/v1/gallery/changes?wait_ms=20000&${query}`);
    expect((await ask(`settings=${'0'.repeat(64)}`)).status).toBe(200);
    expect((await ask('after=1000')).body.revision).toBe(0);
  });

  test('closing ends the waits, so that a stop does not last as long as a poll', async () => {
    const waiting = gate.send('/device/v1/gallery/changes?wait_ms=20000');
    await delay(50);
    await Promise.all([central.app.close(), waiting]);
    expect((await waiting).status).toBe(200);
  });

  test('revisions are unique and without gaps however many changes come at once', async () => {
    const people = await Promise.all(['a', 'b', 'c', 'd'].map(who => central.addEnrolled(who)));
    const admin = await central.staff();
    const before = (await pull(gate)).page.revision;
    await Promise.all(
      people.flatMap((person: Person) =>
        ['blocked', 'active', 'blocked'].map(status =>
          admin.call('PATCH', `/people/${person.id}`, { status }),
        ),
      ),
    );
    const { held, page } = await pull(gate);
    expect(page.revision).toBeGreaterThanOrEqual(before + 4);
    expect(page.digest).toBe(digestOf(held));
    const states = await central.db.selectFrom('person').select(['id', 'status']).execute();
    for (const { id, status } of states) expect(held.get(id)?.person.status).toBe(status);
  });

  test('a till may not learn more than two hundred persons a page, nor wait for an hour', async () => {
    expect((await gate.send('/device/v1/gallery/changes?limit=501')).code).toBe('invalid_input');
    expect((await gate.send('/device/v1/gallery/changes?wait_ms=3600000')).code).toBe('invalid_input');
  });
});
