import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Role, Summary } from '../../protocol/staff/index.js';
import {
  createTestCentral,
  onEachDatabase,
  someEvidence,
  type TestCentral,
  type TestDevice,
} from '../testing.js';
import { mayReceive } from './live-route.js';

test.each<[Role, 'entry' | 'transfer' | 'device' | 'person', boolean]>([
  ['admin', 'transfer', true],
  ['supervisor', 'entry', true],
  ['supervisor', 'transfer', false],
  ['finance', 'transfer', true],
  ['finance', 'entry', false],
  ['enrolment', 'device', false],
])('%s watching %s events: %s', (role, kind, expected) => {
  expect(mayReceive(role, kind)).toBe(expected);
});

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

  test('the summary counts the day of the campus, not that of UTC', async () => {
    const gate = await central.addDevice('gate');
    await central.addEnrolled('ada');
    await central.addPerson();
    await gate.push(access(gate), access(gate, { decision: 'deny', reason: 'unsure' }));
    const finance = await central.staff('finance');
    const read = async () => (await finance.get<Summary>('/summary')).body;
    expect(await read()).toEqual({
      date: '2026-09-01',
      entries: { granted: 1, denied: 1 },
      meals: { count: 0, total_minor: 0, currency: 'CNY' },
      devices: { online: 1, total: 1 },
      people: { total: 2, enrolled: 1, filingLimit: 100_000 },
    });
    central.clock.advance(8 * 3_600_000);
    expect(await read()).toMatchObject({ date: '2026-09-02', entries: { granted: 0, denied: 0 } });
  });

  test('an open console sees an entry at once, and only what its role may see', async () => {
    const gate = await central.addDevice('gate');
    await central.app.listen({ host: '127.0.0.1', port: 0 });
    const supervisor = await watch(central, (await central.staff('supervisor')).cookie);
    const finance = await watch(central, (await central.staff('finance')).cookie);
    await gate.push(access(gate));
    const seen = await supervisor.next('event: entry');
    expect(JSON.parse(/data: (.*)/.exec(seen)?.[1] ?? '')).toMatchObject({
      entry: { deviceId: gate.id, decision: 'grant' },
    });
    await central.addPerson();
    await finance.next('event: person');
    expect(finance.all()).not.toContain('event: entry');
    expect(supervisor.headers['content-type']).toContain('text/event-stream');
    expect(supervisor.headers['x-content-type-options']).toBe('nosniff');
  });

  test('closing central ends the consoles’ connections', async () => {
    await central.app.listen({ host: '127.0.0.1', port: 0 });
    const watcher = await watch(central, (await central.staff()).cookie);
    await central.app.close();
    await watcher.ended;
  });
});

/** A console that listens to /api/v1/live. */
async function watch(central: TestCentral, cookie: string) {
  const { port } = central.app.server.address() as AddressInfo;
  let text = '';
  let wake = () => {};
  return new Promise<{
    headers: Record<string, unknown>;
    all(): string;
    next(part: string): Promise<string>;
    ended: Promise<void>;
  }>((resolve, reject) => {
    const sent = request({ port, path: '/api/v1/live', headers: { cookie } }, response => {
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
        wake();
      });
      const ended = new Promise<void>(done => response.once('close', () => done()));
      resolve({
        headers: response.headers,
        all: () => text,
        next: async part => {
          while (!text.includes(part)) await new Promise<void>(done => (wake = done));
          return text.slice(text.indexOf(part));
        },
        ended,
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
