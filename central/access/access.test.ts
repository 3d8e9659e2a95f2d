import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Entry } from '../../protocol/staff/index.js';
import {
  createTestCentral,
  onEachDatabase,
  someEvidence,
  type TestCentral,
  type TestDevice,
} from '../testing.js';

type Entries = { items: Entry[]; nextCursor?: string };

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  const access = (gate: TestDevice, change: object = {}) => ({
    kind: 'access',
    accessPointId: gate.placeId,
    decision: 'grant',
    reason: 'granted',
    credential: 'face',
    evidence: someEvidence,
    ...change,
  });

  test('an access point has a name of its own', async () => {
    const admin = await central.staff();
    await central.addAccessPoint('North gate');
    expect(await admin.call('POST', '/access-points', { name: 'North gate' })).toMatchObject({
      status: 409,
      code: 'access_point_name_taken',
    });
    expect((await admin.get('/access-points')).body).toMatchObject({
      items: [{ name: 'North gate', direction: 'in' }],
    });
  });

  test.each([
    [{ windows: [{ days: [1], from_min: 600, to_min: 600 }] }, 'window_reversed'],
    [{ validFrom: '2026-09-02T00:00:00+08:00', validUntil: '2026-09-01T17:00:00Z' }, undefined],
    [{ validFrom: '2026-09-02T00:00:00Z', validUntil: '2026-09-02T00:00:00Z' }, 'validity_reversed'],
    [{ windows: [{ days: [8], from_min: 0, to_min: 60 }] }, 'invalid_input'],
    [{ subject: { kind: 'building' } }, 'invalid_input'],
    [{ subject: { kind: 'person', personId: newId() } }, 'person_not_found'],
    [{ accessPointId: newId() }, 'access_point_not_found'],
  ])('the rule %j is answered with %s', async (change, code) => {
    const point = await central.addAccessPoint();
    const admin = await central.staff();
    const rule = { accessPointId: point.id, subject: { kind: 'everyone' }, ...change };
    expect((await admin.call('POST', '/access-rules', rule)).code).toBe(code);
  });

  test('a rule is listed as it was made, and deleted once', async () => {
    const point = await central.addAccessPoint();
    const admin = await central.staff();
    const windows = [{ days: [6, 7], from_min: 0, to_min: 1440 }];
    const subject = { kind: 'building', building: 'East 1' };
    const rule = await admin.post<{ id: string }>('/access-rules', {
      accessPointId: point.id,
      subject,
      windows,
    });
    expect((await admin.get('/access-rules')).body).toEqual({
      items: [{ id: rule.id, accessPointId: point.id, subject, windows }],
    });
    expect((await admin.call('DELETE', `/access-rules/${rule.id}`)).status).toBe(204);
    expect((await admin.call('DELETE', `/access-rules/${rule.id}`)).code).toBe('access_rule_not_found');
  });

  test('entries come newest first by the device’s time, in pages, through filters', async () => {
    const gate = await central.addDevice('gate');
    const other = await central.addDevice('gate');
    const person = await central.addEnrolled('ada');
    for (let i = 0; i < 5; i++) {
      central.clock.advance(60_000);
      await gate.push(
        access(gate, i % 2 === 0 ? { personId: person.id } : { decision: 'deny', reason: 'unsure' }),
      );
    }
    await other.push(access(other));
    const supervisor = await central.staff('supervisor');
    const list = async (query = '') => (await supervisor.get<Entries>(`/entries?${query}`)).body.items;
    const all = await list();
    expect(all).toHaveLength(6);
    expect(all.map(entry => entry.at)).toEqual(
      all
        .map(entry => entry.at)
        .sort()
        .reverse(),
    );
    expect(await list(`personId=${person.id}`)).toHaveLength(3);
    expect(await list('decision=deny')).toHaveLength(2);
    expect(await list(`accessPointId=${other.placeId}`)).toHaveLength(1);
    expect(await list('from=2026-09-01T16:03:00%2B08:00&to=2026-09-01T08:05:00Z')).toHaveLength(2);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await supervisor.get<Entries>(`/entries?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...body.items.map(entry => entry.id));
      if (!body.nextCursor) break;
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(all.map(entry => entry.id));
  });
});
