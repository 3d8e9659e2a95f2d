import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCentralConfig } from './config.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'porter-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const fileWith = (text: string): string => {
  const file = join(directory, 'central.json');
  writeFileSync(file, text);
  return file;
};
const problemOf = (load: () => unknown) => {
  try {
    load();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('without anything every field has its default', () => {
  expect(loadCentralConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    currency: 'CNY',
    demo: false,
    door: { fpir: 0.001, relayPulse_ms: 3000 },
    payment: { perMealLimit_minor: 10_000, offline: { maxHours: 24 } },
  });
});

test('overrides win over the environment, it over the file, and nested fields over their neighbours', () => {
  const file = fileWith(
    JSON.stringify({ campus: 'File', port: 1, host: 'file', payment: { perMealLimit_minor: 1 } }),
  );
  const environment = {
    PORTER_CENTRAL_PORT: '2',
    PORTER_CENTRAL_HOST: 'environment',
    PORTER_CENTRAL_DEMO: 'true',
    PORTER_CENTRAL_PAYMENT_OFFLINE_MAX_HOURS: '12.5',
    PORTER_CENTRAL_ADMIN_PASSWORD: '12345678',
  };
  expect(loadCentralConfig({ file, environment, overrides: { host: 'override' } })).toMatchObject({
    campus: 'File',
    port: 2,
    host: 'override',
    demo: true,
    adminPassword: '12345678',
    payment: { perMealLimit_minor: 1, perDayLimit_minor: 20_000, offline: { maxHours: 12.5 } },
  });
});

test.each([
  [{ PORTER_CENTRAL_PORT: '99999' }, 'port'],
  [{ PORTER_CENTRAL_PORT: 'many' }, 'port'],
  [{ PORTER_CENTRAL_DEMO: 'perhaps' }, 'demo'],
  [{ PORTER_CENTRAL_DATABASE: 'mysql://x' }, 'database'],
  [{ PORTER_CENTRAL_DOOR_FPIR: '2' }, 'door.fpir'],
  [{ PORTER_CENTRAL_KEY: 'short' }, 'key'],
  [{ PORTER_CENTRAL_TIME_ZONE: 'Mars/Olympus' }, 'timeZone'],
  [{ PORTER_CENTRAL_CURRENCY: 'yuan' }, 'currency'],
])('%j is refused, naming the field %s', (environment, field) => {
  expect(problemOf(() => loadCentralConfig({ environment }))).toMatchObject({
    code: 'config_invalid',
    params: { field },
  });
});

test('a misspelt field is refused instead of ignored', () => {
  const file = fileWith('{ "prot": 8080 }');
  expect(problemOf(() => loadCentralConfig({ file }))).toMatchObject({
    code: 'config_invalid',
    params: { field: 'prot' },
  });
});

test.each(['not json', '[]', '7'])('a file that holds %s is refused, naming the file', text => {
  const file = fileWith(text);
  expect(problemOf(() => loadCentralConfig({ file }))).toMatchObject({
    code: 'config_invalid',
    params: { field: file },
  });
  expect(problemOf(() => loadCentralConfig({ file: join(directory, 'absent') }))).toMatchObject({
    code: 'config_invalid',
  });
});
