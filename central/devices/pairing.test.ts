import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateDeviceKey, newId, pairingProof } from '../../protocol/index.js';
import type { Device, PairingCode } from '../../protocol/staff/index.js';
import { createTestCentral, onEachDatabase, pair, type TestCentral, toAnswer } from '../testing.js';

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  async function create(): Promise<PairingCode> {
    const place = await central.addAccessPoint();
    const admin = await central.staff();
    return admin.post<PairingCode>('/devices', { kind: 'gate', name: 'Gate', placeId: place.id });
  }
  async function present(code: string, change: { proofFor?: string } = {}) {
    const { privateKey, publicKeyBase64 } = generateDeviceKey();
    const proof = pairingProof({ code: change.proofFor ?? code, publicKeyBase64, privateKey });
    const payload = { code, publicKey: publicKeyBase64, proof, hostname: 'h', softwareVersion: '0' };
    return toAnswer(await central.app.inject({ method: 'POST', url: '/device/v1/pair', payload }));
  }

  test('a device pairs with its code once', async () => {
    const { code, device, expiresAt } = await create();
    expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
    expect(device.state).toBe('unpaired');
    expect(expiresAt).toBe('2026-09-01T08:15:00.000Z');
    const { answer } = await pair(central.app, code);
    expect(answer).toMatchObject({ deviceId: device.id, kind: 'gate', name: 'Gate' });
    expect(await present(code)).toMatchObject({ status: 403, code: 'wrong_pairing_code' });
    const devices = (await (await central.staff()).get<{ items: Device[] }>('/devices')).body.items;
    expect(devices).toMatchObject([{ id: device.id, state: 'online', currentRevision: 0 }]);
  });

  test('the code is stored as a hash and typed in whatever case and grouping', async () => {
    const { code } = await create();
    const [row] = await central.db.selectFrom('device').selectAll().execute();
    expect(JSON.stringify(row)).not.toContain(code);
    const typed = `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase();
    expect((await present(typed)).status).toBe(200);
  });

  test('a wrong code, an old code and a proof for another code are refused', async () => {
    const { code } = await create();
    expect((await present('AAAA2222')).code).toBe('wrong_pairing_code');
    expect((await present(code, { proofFor: 'AAAA2222' })).code).toBe('wrong_pairing_proof');
    central.clock.advance(15 * 60_000);
    expect((await present(code)).code).toBe('pairing_code_expired');
  });

  test('guessing codes is stopped after ten tries', async () => {
    const { code } = await create();
    for (let i = 0; i < 10; i++) await present('AAAA2222');
    expect(await present(code)).toMatchObject({ status: 429, code: 'too_many_pairing_attempts' });
  });

  test('of two devices with one code only one is paired', async () => {
    const { code } = await create();
    const answers = await Promise.all([present(code), present(code), present(code)]);
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 403, 403]);
  });

  test('a new code replaces the old one', async () => {
    const { code, device } = await create();
    const admin = await central.staff();
    const renewed = await admin.post<PairingCode>(`/devices/${device.id}/pairing-code`);
    expect((await present(code)).code).toBe('wrong_pairing_code');
    expect((await present(renewed.code)).status).toBe(200);
  });

  test('a device is made for a place of its kind alone', async () => {
    const admin = await central.staff();
    const till = await central.addTill();
    for (const placeId of [till.id, newId()]) {
      expect(await admin.call('POST', '/devices', { kind: 'gate', name: 'G', placeId })).toMatchObject({
        status: 400,
        code: 'place_not_found',
      });
    }
    expect((await admin.call('POST', `/devices/${newId()}/revoke`)).code).toBe('device_not_found');
    expect((await admin.call('POST', `/devices/${newId()}/pairing-code`)).code).toBe('device_not_found');
  });

  test('a public key of the wrong size is refused', async () => {
    const { code } = await create();
    const payload = { code, publicKey: 'AAAA', proof: 'AAAA', hostname: 'h', softwareVersion: '0' };
    const response = await central.app.inject({ method: 'POST', url: '/device/v1/pair', payload });
    expect(toAnswer(response)).toMatchObject({ status: 400, code: 'public_key_malformed' });
  });
});
