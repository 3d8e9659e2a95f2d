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
