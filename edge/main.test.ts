import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScreenState } from '../protocol/index.js';
import { loadEdgeConfig } from './config.js';
import { startEdge } from './main.js';
import { startOver } from './start-over.js';

let folder = '';
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porter-edge-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

const configOf = (overrides: Record<string, unknown> = {}) =>
  loadEdgeConfig({
    overrides: {
      dataDirectory: join(folder, 'data'),
      camera: 'demo:gate',
      screen: { port: 0 },
      logLevel: 'error',
      ...overrides,
    },
  });

async function start(overrides: Record<string, unknown> = {}) {
  const edge = await startEdge(configOf(overrides));
  closing.push(() => edge.close());
  return edge;
}

async function firstState(address: string): Promise<ScreenState> {
  const stop = new AbortController();
  const response = await fetch(`${address}/api/state`, { signal: stop.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('\n\n')) text += (await reader.read()).value;
  stop.abort();
  return JSON.parse(text.slice(text.indexOf('data: ') + 6, text.indexOf('\n\n'))) as ScreenState;
}

/** A central that answers every request alike. */
async function centralAnswering(status: number, body: object): Promise<string> {
  const server: Server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise(resolve => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a device that is not paired', () => {
  it('serves its screen, says so there, and takes no orders', async () => {
    const { address } = await start();
    expect(await firstState(address)).toMatchObject({ network: 'unpaired', phase: { name: 'idle' } });
    expect(await (await fetch(`${address}/api/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${address}/api/metrics`)).text()).toContain('porter_memory_bytes');
    const order = await fetch(`${address}/api/order`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ amount: '1' }),
    });
    expect([order.status, ((await order.json()) as { error: { code: string } }).error.code]).toEqual([
      503,
      'not_set_up',
    ]);
  });

  it('and cannot reach central is up all the same, and stops at once', async () => {
    const { address } = await start({ centralUrl: 'http://127.0.0.1:9', pairingCode: 'ABCD2345' });
    expect((await firstState(address)).network).toBe('unpaired');
  });

  it('and has a wrong code does not start, by code', async () => {
    const centralUrl = await centralAnswering(403, {
      error: { code: 'pairing_code_invalid', message: 'no such code', params: {} },
    });
    await expect(start({ centralUrl, pairingCode: 'ABCD2345' })).rejects.toMatchObject({
      code: 'pairing_refused',
      params: { code: 'pairing_code_invalid' },
    });
    expect(existsSync(join(folder, 'data', 'identity.json'))).toBe(false);
  });
});

describe('a start that cannot succeed', () => {
  it.each([
    [{ camera: 'nonsense' }, 'camera_spec_invalid'],
    [{ pack: 'nobody' }, 'unknown_pack'],
    [{ pack: 'face-api' }, 'liveness_missing'],
    [{ relay: { driver: 'onoff' } }, 'gpio_unavailable'],
    [{ till: { printer: 'me@printer' } }, 'printer_address_invalid'],
    [{ screen: { host: '203.0.113.1', port: 0 } }, 'screen_address_unusable'],
  ])('says why: %j', async (overrides, code) => {
    await expect(start(overrides)).rejects.toMatchObject({ code });
  });

  it('leaves nothing open that would keep a second start from succeeding', async () => {
    await expect(start({ screen: { host: '203.0.113.1', port: 0 } })).rejects.toThrow();
    const { address } = await start();
    expect((await firstState(address)).network).toBe('unpaired');
  });
});

it('gives its port and its exit handler back when it is closed', async () => {
  const once = vi.spyOn(process, 'once');
  closing.push(() => once.mockRestore());
  const edge = await startEdge(configOf());
  const handlers = once.mock.calls.filter(([event]) => event === 'exit').map(([, handler]) => handler);
  expect(handlers.filter(handler => process.listeners('exit').includes(handler))).toHaveLength(1);
  await edge.close();
  await edge.close();
  expect(handlers.filter(handler => process.listeners('exit').includes(handler))).toHaveLength(0);
  await expect(fetch(`${edge.address}/api/health`)).rejects.toThrow();
});

it('a damaged store stops the start, and starting over keeps it and its identity beside', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'edge.db'), 'no database');
  await expect(startEdge(configOf())).rejects.toMatchObject({ code: 'store_corrupt' });
  writeFileSync(join(data, 'identity.json'), 'who I was');
  const aside = startOver({ folder: data, now_ms: Date.parse('2026-09-01T04:00:00Z') });
  expect([readFileSync(aside, 'utf8'), readFileSync(`${aside}.identity.json`, 'utf8')]).toEqual([
    'no database',
    'who I was',
  ]);
  await start();
  expect(readdirSync(data)).not.toContain('identity.json');
});

it('a lost camera is on the screen while the process stays up', async () => {
  const { address } = await start({ camera: '/dev/video63' });
  await expect.poll(async () => (await firstState(address)).camera, { timeout: 15_000 }).toBe('lost');
  expect((await firstState(address)).cameraError).toHaveProperty('code');
});
