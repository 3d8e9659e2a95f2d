import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestCentral, type TestCentral, toAnswer } from './testing.js';

let central: TestCentral;
beforeEach(async () => {
  central = await createTestCentral();
});
afterEach(() => central.close());

test('every route is in the OpenAPI document, and its page is served with it', async () => {
  const document = (await central.app.inject({ url: '/api/openapi.json' })).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/v1/people', '/api/v1/entries', '/device/v1/pair', '/device/v1/events']),
  );
  const page = await central.app.inject({ url: '/api/docs' });
  expect([200, 302]).toContain(page.statusCode);
});

test('an address where nothing is gives a coded error in the language of the caller', async () => {
  const response = await central.app.inject({
    url: '/api/v1/nothing',
    headers: { 'accept-language': 'zh-CN,zh;q=0.9' },
  });
  const answer = toAnswer(response);
  expect(answer).toMatchObject({ status: 404, code: 'not_found' });
  expect(answer.error?.message).toContain('不存在');
});

test('health is told without logging in', async () => {
  expect((await central.app.inject({ url: '/api/health' })).json()).toEqual({ status: 'ok' });
});

test('a person enrolled here reaches the gate and the till', async () => {
  const person = await central.addEnrolled('Ada Lovelace');
  const gate = await central.addDevice('gate');
  const { body } = await gate.send<{ changes: unknown[] }>('/device/v1/gallery/changes');
  expect(body.changes).toMatchObject([
    { kind: 'upsert', person: { personId: person.id, displayName: 'Ada L.', access: [] } },
  ]);
});

test('the console is served to a browser at every address of its own, and never in place of the API', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'porter-console-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<title>Console</title>');
  writeFileSync(join(directory, 'assets', 'app-123.js'), '1');
  const other = await createTestCentral({ consoleDirectory: directory });
  const get = (url: string, accept = 'text/html,*/*') => other.app.inject({ url, headers: { accept } });
  for (const url of ['/', '/people/17', '/devices?x=1']) {
    const response = await get(url);
    expect(response.payload).toContain('Console');
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.headers['content-security-policy']).toContain("default-src 'self'");
  }
  expect((await get('/assets/app-123.js')).headers['cache-control']).toContain('immutable');
  for (const url of ['/api/nothing', '/device/nothing'])
    expect(toAnswer(await get(url)).code).toBe('not_found');
  expect(toAnswer(await get('/assets/absent.js', '*/*')).code).toBe('not_found');
  await other.close();
  rmSync(directory, { recursive: true });
});

test.each([
  ['broken JSON', '{"studentNumber":', 'application/json', 'bad_request'],
  ['an unknown content type', 'x=1', 'application/xml', 'unsupported_content'],
  ['a body without end', `{"name":"${'x'.repeat(1_100_000)}"}`, 'application/json', 'body_too_large'],
  ['no body', undefined, undefined, 'invalid_input'],
])('%s is a coded error', async (_, payload, type, code) => {
  const { cookie } = await central.staff();
  const response = await central.app.inject({
    method: 'POST',
    url: '/api/v1/people',
    headers: { cookie, 'x-porter-request': '1', ...(type ? { 'content-type': type } : {}) },
    ...(payload ? { payload } : {}),
  });
  expect(toAnswer(response).code).toBe(code);
});
