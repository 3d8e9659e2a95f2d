import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DeviceStatus, emptyDigest } from '../../protocol/index.js';
import type { Device } from '../../protocol/staff/index.js';
import {
  createTestCentral,
  onEachDatabase,
  type TestCentral,
  type TestDevice,
  toAnswer,
} from '../testing.js';

const status: DeviceStatus = {
  softwareVersion: '0',
  packId: 'fake-32',
  camera: 'ok',
  disk: 'ok',
  galleryRevision: 0,
  galleryDigest: emptyDigest,
  galleryPersons: 0,
  outboxDepth: 0,
  lastSequence: 0,
  memory_bytes: 1,
};
const path = '/device/v1/status';

onEachDatabase(dialect => {
  let central: TestCentral;
  let gate: TestDevice;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
    gate = await central.addDevice('gate');
  });
  afterEach(() => central.close());

  const deviceInConsole = async (): Promise<Device> => {
    const { body } = await (await central.staff()).get<{ items: Device[] }>('/devices');
    return body.items[0]!;
  };

  test('an unsigned request, a forged signature and another device are refused', async () => {
    const unsigned = await central.app.inject({ method: 'POST', url: path, payload: status });
    expect(toAnswer(unsigned)).toMatchObject({ status: 401, code: 'signature_missing' });
    const forged = await gate.send(path, {
      body: status,
      forge: headers => ({ ...headers, signature: `porter=:${'A'.repeat(86)}==:` }),
    });
    expect(forged).toMatchObject({ status: 401, code: 'signature_invalid' });
    const other = await gate.send(path, {
      body: status,
      forge: headers => ({
        ...headers,
        'signature-input': headers['signature-input']!.replace(gate.id, gate.placeId),
      }),
    });
    expect(other).toMatchObject({ status: 401, code: 'device_unknown' });
  });

  test('a body that is not the signed one is refused', async () => {
    const signedForOther = await gate.send(path, {
      body: status,
      forge: headers => ({ ...headers, 'content-digest': headers['content-digest']!.replace('=:', '=:A') }),
    });
    expect(signedForOther.status).toBe(401);
  });

  test('a request that is sent again is refused', async () => {
    const nonce = 'once-and-never-again';
    expect((await gate.send(path, { body: status, nonce })).status).toBe(200);
    const replay = await gate.send(path, { body: status, nonce, language: 'zh' });
    expect(replay).toMatchObject({
      status: 401,
      code: 'request_replayed',
      error: { message: '请求已被使用过' },
    });
    const answers = await Promise.all(
      [1, 2, 3].map(() => gate.send(path, { body: status, nonce: 'at-once-thrice' })),
    );
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1);
  });

  test('an old request is refused even when its nonce was forgotten, and told the time here', async () => {
    const created_s = central.clock.now().getTime() / 1000;
    const nonce = 'recorded-on-the-way';
    await gate.send(path, { body: status, nonce, created_s });
    central.clock.advance(24 * 3_600_000);
    await gate.send(path, { body: status });
    expect(await gate.send(path, { body: status, nonce, created_s })).toMatchObject({
      status: 401,
      code: 'clock_skew',
      error: { params: { serverTime: central.clock.now().toISOString() } },
    });
    expect(await central.db.selectFrom('device_nonce').selectAll().execute()).toHaveLength(1);
  });

  test.each([-301, 301])('a clock that is off by %i s is refused, by less it is not', async skew_s => {
    const now_s = central.clock.now().getTime() / 1000;
    expect((await gate.send(path, { body: status, created_s: now_s + skew_s })).code).toBe('clock_skew');
    const within = now_s + skew_s - Math.sign(skew_s);
    expect((await gate.send(path, { body: status, created_s: within })).status).toBe(200);
  });

  test('a revoked device gets nothing', async () => {
    const admin = await central.staff();
    const { body } = await admin.call<Device>('POST', `/devices/${gate.id}/revoke`);
    expect(body.state).toBe('revoked');
    expect(await gate.send('/device/v1/gallery/changes')).toMatchObject({
      status: 403,
      code: 'device_revoked',
    });
  });

  test('a status shows in the console: digest, and silence as offline', async () => {
    await gate.send(path, { body: status });
    expect(await deviceInConsole()).toMatchObject({ state: 'online', digestMatches: true, status });
    await gate.send(path, { body: { ...status, galleryDigest: 'f'.repeat(64) } });
    expect(await deviceInConsole()).toMatchObject({ digestMatches: false });
    await central.addEnrolled('ada');
    await gate.send(path, { body: status });
    expect(await deviceInConsole()).not.toHaveProperty('digestMatches');
    central.clock.advance(30_001);
    expect(await deviceInConsole()).toMatchObject({ state: 'offline', currentRevision: 1 });
  });

  test('how far a change reached is told by what the devices reported', async () => {
    const person = await central.addEnrolled('ada');
    const admin = await central.staff();
    const reach = async () => (await admin.get<{ reach: unknown }>(`/people/${person.id}`)).body.reach;
    expect(await reach()).toMatchObject([{ purpose: 'door', devices: 1, upToDate: 0 }, { devices: 0 }]);
    await gate.send(path, { body: { ...status, galleryRevision: 1 } });
    expect(await reach()).toMatchObject([{ devices: 1, upToDate: 1 }, {}]);
    await admin.call('PUT', `/people/${person.id}/consents/door`, { granted: false });
    expect(await reach()).toMatchObject([{ devices: 1, upToDate: 0, erased: 0 }, {}]);
    await gate.push({ kind: 'erasure', personId: person.id, revision: 2 });
    await gate.send(path, { body: { ...status, galleryRevision: 2 } });
    expect(await reach()).toMatchObject([{ devices: 1, upToDate: 1, erased: 1 }, {}]);
  });
});
