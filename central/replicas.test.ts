import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChangesPage, type EventBatchResult, generateDeviceKey } from '../protocol/index.js';
import { buildCentral } from './app.js';
import type { Db } from './db/index.js';
import type { CentralApp } from './http/index.js';
import { createNoLedger } from './testing/no-ledger.js';
import {
  createFakeVision,
  createTestCentral,
  createTestDevice,
  postgresUrl,
  someEvidence,
  type TestCentral,
  type TestDevice,
} from './testing.js';

describe.skipIf(!postgresUrl)('two centrals on one PostgreSQL (PORTER_TEST_POSTGRES)', () => {
  let one: TestCentral;
  let otherDb: Db;
  let other: CentralApp;
  let gate: TestDevice;
  /** The same device, talking to the other central. */
  let gateAtOther: TestDevice;

  beforeEach(async () => {
    one = await createTestCentral({ dialect: 'postgres' });
    otherDb = one.database.reopen();
    other = await buildCentral({
      config: one.config,
      db: otherDb,
      clock: one.clock,
      vision: createFakeVision(),
      templateKey: Buffer.alloc(32, 7),
      centralPublicKey: generateDeviceKey().publicKeyBase64,
      createLedger: createNoLedger,
      consoleDirectory: '/nonexistent',
    });
    gate = await one.addDevice('gate');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
    await one.db.updateTable('device').set({ public_key: raw }).where('id', '=', gate.id).execute();
    const shared = { clock: one.clock, id: gate.id, placeId: gate.placeId, privateKey };
    gate = createTestDevice({ ...shared, app: one.app });
    gateAtOther = createTestDevice({ ...shared, app: other });
  });
  afterEach(async () => {
    await other.close();
    await otherDb.destroy();
    await one.close();
  });

  const grant = () => ({
    kind: 'access',
    accessPointId: gate.placeId,
    decision: 'grant',
    reason: 'granted',
    credential: 'face',
    evidence: someEvidence,
  });

  test('a gate that waits at one learns within seconds what was changed at the other', async () => {
    const waiting = gateAtOther.send<ChangesPage>('/device/v1/gallery/changes?wait_ms=20000');
    const person = await one.addEnrolled('ada');
    const started = performance.now();
    expect((await waiting).body.changes).toMatchObject([{ person: { personId: person.id } }]);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('a request that was used at one is a replay at the other', async () => {
    const path = '/device/v1/gallery/changes';
    const nonce = 'used-at-the-first';
    expect((await gate.send(path, { nonce })).status).toBe(200);
    expect((await gateAtOther.send(path, { nonce })).code).toBe('request_replayed');
  });

  test('events that both receive at once are stored once', async () => {
    const events = Array.from({ length: 10 }, () => gate.event(grant()));
    const body = { events };
    const answers = await Promise.all(
      [gate, gateAtOther, gate, gateAtOther].map(device =>
        device.send<EventBatchResult>('/device/v1/events', { body }),
      ),
    );
    const outcomes = answers.flatMap(answer => answer.body.results.map(result => result.outcome));
    expect(outcomes.filter(outcome => outcome === 'stored')).toHaveLength(10);
    expect(outcomes.filter(outcome => outcome === 'duplicate')).toHaveLength(30);
  });

  test('a late commit is never overtaken: a higher revision shows only after all lower ones', async () => {
    const person = await one.addEnrolled('ada');
    const late = await one.addEnrolled('bob');
    const { body: before } = await gate.send<ChangesPage>('/device/v1/gallery/changes');
    const admin = await one.staff();
    let release = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    let isLocked = () => {};
    const locked = new Promise<void>(resolve => {
      isLocked = resolve;
    });
    // A transaction that has taken its revision and is slow to commit.
    const slow = otherDb.transaction().execute(async trx => {
      const { value } = await trx
        .updateTable('counter')
        .set(eb => ({ value: eb('value', '+', 1) }))
        .where('name', '=', 'gallery-revision:door')
        .returning('value')
        .executeTakeFirstOrThrow();
      await trx
        .updateTable('gallery_entry')
        .set({ revision: value })
        .where('purpose', '=', 'door')
        .where('person_id', '=', late.id)
        .execute();
      isLocked();
      await held;
      return value;
    });
    await locked;
    const fast = admin.call('PATCH', `/people/${person.id}`, { status: 'blocked' });
    await delay(200);
    const { body: meanwhile } = await gate.send<ChangesPage>(
      `/device/v1/gallery/changes?after=${before.revision}`,
    );
    expect(meanwhile.revision).toBe(before.revision);
    release();
    const slowRevision = await slow;
    await fast;
    const { body: after } = await gate.send<ChangesPage>(
      `/device/v1/gallery/changes?after=${before.revision}`,
    );
    expect(after.changes.map(change => change.revision)).toEqual([slowRevision, slowRevision + 1]);
  });
});
