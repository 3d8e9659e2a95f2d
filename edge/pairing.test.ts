import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateDeviceKey, newId, type PairRequest, verifyPairingProof } from '../protocol/index.js';
import { findIdentity, type PairingNeeds } from './pairing.js';
import { createManualClock } from './testing/clock.js';
import { createRecordingLog } from './testing/log.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porter-pairing-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const central = generateDeviceKey();
const accepted = (): Response =>
  Response.json({
    deviceId: newId(),
    kind: 'gate',
    name: 'North 3',
    centralPublicKey: central.publicKeyBase64,
    serverTime: '2026-09-01T04:00:00.000Z',
  });
const refused = (status: number, code: string): Response =>
  Response.json({ error: { code, message: `refused: ${code}`, params: {} } }, { status });

function setUp(answers: (() => Response)[], changes: Partial<PairingNeeds> = {}) {
  const clock = createManualClock();
  const requests: string[] = [];
  const stopping = new AbortController();
  const needs: PairingNeeds = {
    config: { centralUrl: 'http://central.example', pairingCode: 'ABCD2345' },
    path: join(folder, 'identity.json'),
    softwareVersion: '0.1.0',
    clock,
    log: createRecordingLog(),
    async fetch(url, init) {
      requests.push(String(init.body && Buffer.from(init.body as Uint8Array)));
      const answer = answers.shift();
      if (!answer) throw new TypeError(`connect ECONNREFUSED ${url}`);
      return answer();
    },
    ...changes,
  };
  return { clock, requests, stopping, find: () => findIdentity(needs, stopping.signal) };
}

describe('a device', () => {
  it('pairs with its code once, proves its key, and keeps the identity for its owner’s eyes alone', async () => {
    const first = setUp([accepted]);
    const identity = await first.find();
    expect(identity).toMatchObject({ kind: 'gate', centralUrl: 'http://central.example' });
    const request = JSON.parse(first.requests[0] ?? '') as PairRequest;
    expect(verifyPairingProof({ ...request, publicKeyBase64: request.publicKey })).toBe(true);
    const path = join(folder, 'identity.json');
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toContain('ABCD2345');
    const second = setUp([]);
    expect((await second.find())?.deviceId).toBe(identity?.deviceId);
    expect(second.requests).toEqual([]);
  });

  it('that is paired follows a new address of central from its configuration', async () => {
    await setUp([accepted]).find();
    const moved = setUp([], { config: { centralUrl: 'http://new.example' } });
    expect((await moved.find())?.centralUrl).toBe('http://new.example');
  });

  it('with a wrong code says so and does not go on trying', async () => {
    const { find, requests } = setUp([() => refused(403, 'pairing_code_invalid'), accepted]);
    await expect(find()).rejects.toMatchObject({
      code: 'pairing_refused',
      params: { code: 'pairing_code_invalid' },
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['is not there', undefined],
    ['is starting up', () => refused(503, 'not_ready')],
    ['has had too many tries', () => refused(429, 'too_many_attempts')],
  ])('tries again while central %s', async (_, trouble) => {
    const answers = trouble ? [trouble, trouble, accepted] : [];
    const { find, clock, requests } = setUp(answers);
    const finding = find();
    if (!trouble) {
      await clock.advance(12_000);
      answers.push(accepted);
    }
    await clock.advance(12_000);
    expect(await finding).toMatchObject({ kind: 'gate' });
    expect(requests.length).toBeGreaterThanOrEqual(3);
  });

  it('without identity and code stays unpaired, and asks nobody', async () => {
    const { find, requests } = setUp([accepted], { config: {} });
    expect(await find()).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it('that is stopped while central is away stops trying', async () => {
    const { find, clock, stopping } = setUp([]);
    const finding = find();
    await clock.advance(1_000);
    stopping.abort();
    expect(await finding).toBeUndefined();
  });
});
