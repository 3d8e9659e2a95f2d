import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CentralConfig, loadCentralConfig } from './config.js';
import { startCentral } from './main.js';

let dataDirectory: string;
let printed: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'porter-main-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk: unknown) => {
    printed += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataDirectory, { recursive: true });
});

const configOf = (change: Partial<CentralConfig> = {}) =>
  loadCentralConfig({ overrides: { dataDirectory, port: 0, logLevel: 'silent', ...change } });
const logIn = (address: string, password: string) =>
  fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });

test('the first start prints the administrator’s password, the next one keeps it and prints nothing', async () => {
  const first = await startCentral(configOf());
  const password = /password (\S+)/.exec(printed)?.[1] ?? '';
  expect((await fetch(`${first.address}/api/health`)).status).toBe(200);
  expect((await logIn(first.address, password)).status).toBe(200);
  await first.close();
  printed = '';
  const second = await startCentral(configOf());
  expect(printed).toBe('');
  expect((await logIn(second.address, password)).status).toBe(200);
  await second.close();
});

test('a configured password is used and not printed', async () => {
  const central = await startCentral(configOf({ adminPassword: 'from the configuration' }));
  expect(printed).toBe('');
  expect((await logIn(central.address, 'from the configuration')).status).toBe(200);
  await central.close();
});

test('a key that the templates were not sealed with is found out at start', async () => {
  await (await startCentral(configOf())).close();
  const keyFile = join(dataDirectory, 'template.key');
  const right = readFileSync(keyFile, 'utf8');
  writeFileSync(keyFile, 'ab'.repeat(32));
  await expect(startCentral(configOf())).rejects.toMatchObject({ code: 'wrong_template_key' });
  await expect(startCentral(configOf({ key: 'cd'.repeat(32) }))).rejects.toMatchObject({
    code: 'wrong_template_key',
  });
  writeFileSync(keyFile, right);
  await (await startCentral(configOf())).close();
});

test('a taken port, a missing pack and a database that is not there are coded errors', async () => {
  const central = await startCentral(configOf());
  const port = Number(new URL(central.address).port);
  await expect(startCentral(configOf({ port }))).rejects.toMatchObject({ code: 'listen_failed' });
  await central.close();
  await expect(startCentral(configOf({ packId: 'absent' }))).rejects.toMatchObject({ code: 'unknown_pack' });
  const database = 'postgres://nobody@127.0.0.1:1/nothing';
  await expect(startCentral(configOf({ database }))).rejects.toMatchObject({ code: 'database_unusable' });
});
