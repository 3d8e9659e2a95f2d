import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Role, Session } from '../../protocol/staff/index.js';
import { createTestCentral, onEachDatabase, type TestCentral, toAnswer } from '../testing.js';
import { createFirstAdmin } from './staff.js';

const password = 'correct horse battery';

onEachDatabase(dialect => {
  let central: TestCentral;
  beforeEach(async () => {
    central = await createTestCentral({ dialect });
  });
  afterEach(() => central.close());

  const logIn = async (username: string, secret: string, headers: Record<string, string> = {}) =>
    central.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { username, password: secret },
      headers,
    });

  test('a log-in gives a cookie that scripts and other sites cannot use, and the session behind it', async () => {
    const supervisor = await central.staff('supervisor');
    const response = await logIn('Supervisor', password);
    const cookie = response.cookies.find(candidate => candidate.name === 'porter_session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect((await supervisor.get<Session>('/session')).body).toMatchObject({
      user: { username: 'supervisor', role: 'supervisor' },
      demo: false,
    });
    const stored = await central.db.selectFrom('staff_session').selectAll().execute();
    expect(stored.map(row => row.token_hash)).not.toContain(cookie?.value);
  });

  test('a wrong password and an unknown user are told apart by nobody', async () => {
    await central.staff('supervisor');
    const wrong = toAnswer(await logIn('supervisor', 'no'));
    const unknown = toAnswer(await logIn('nobody', 'no'));
    expect(wrong).toMatchObject({ status: 401, code: 'wrong_login' });
    expect(unknown.body).toEqual(wrong.body);
  });

  test('ten wrong passwords lock the user out for a while, the right one included', async () => {
    await central.staff('finance');
    for (let i = 0; i < 10; i++) await logIn('finance', 'guess');
    expect(toAnswer(await logIn('finance', password))).toMatchObject({
      status: 429,
      code: 'too_many_attempts',
      error: { params: { minutes: 15 } },
    });
    central.clock.advance(15 * 60_000 + 1);
    expect((await logIn('finance', password)).statusCode).toBe(200);
  });

  test('many guesses at once, spelt in many ways, get no further than ten', async () => {
    await central.staff('finance');
    const spellings = ['finance', 'FINANCE', ' finance ', 'ｆinance'];
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => logIn(spellings[i % 4] ?? '', 'guess')),
    );
    expect(answers.filter(answer => answer.statusCode === 401)).toHaveLength(10);
    expect(answers.filter(answer => answer.statusCode === 429)).toHaveLength(14);
  });

  test('a session ends by logging out and by its age', async () => {
    const admin = await central.staff();
    central.clock.advance(12 * 3_600_000 + 1);
    expect(await admin.get('/session')).toMatchObject({ status: 401, code: 'not_logged_in' });
    const supervisor = await central.staff('supervisor');
    expect((await supervisor.call('DELETE', '/session')).status).toBe(204);
    expect((await supervisor.get('/session')).code).toBe('not_logged_in');
  });

  test('what a form of another site can send changes nothing', async () => {
    const { cookie } = await central.staff();
    const send = async (headers: Record<string, string>) =>
      toAnswer(
        await central.app.inject({
          method: 'POST',
          url: '/api/v1/people',
          headers: { cookie, ...headers },
          payload: '{"studentNumber":"X","name":"X"}',
        }),
      ).code;
    expect(await send({ 'content-type': 'text/plain' })).toBe('cross_site_request');
    expect(await send({ 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' })).toBe(
      'cross_site_request',
    );
    expect(
      await send({ 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }),
    ).toBeUndefined();
  });

  test.each<[Role, 'GET' | 'POST', string, boolean]>([
    ['enrolment', 'POST', '/people', true],
    ['supervisor', 'POST', '/people', false],
    ['canteen', 'POST', '/people', false],
    ['finance', 'GET', '/people', true],
    ['enrolment', 'GET', '/entries', false],
    ['supervisor', 'GET', '/entries', true],
    ['supervisor', 'POST', '/devices', false],
    ['supervisor', 'POST', '/staff', false],
    ['canteen', 'GET', '/devices', true],
    ['finance', 'GET', '/summary', true],
  ])('%s may %s %s: %s', async (role, method, path, isAllowed) => {
    const staff = await central.staff(role);
    const answer = await staff.call(method, path, method === 'POST' ? {} : undefined);
    expect(answer.code === 'forbidden_role').toBe(!isAllowed);
  });

  test('nothing is readable without logging in', async () => {
    for (const path of ['/people', '/entries', '/devices', '/summary', '/live', '/access-rules', '/staff']) {
      expect(toAnswer(await central.app.inject({ url: `/api/v1${path}` })).code).toBe('not_logged_in');
    }
  });

  test('the first administrator is made once, with a password of its own', async () => {
    const needs = { db: central.db, clock: central.clock, newId };
    const made = await createFirstAdmin(needs);
    expect(made).toHaveLength(16);
    expect((await logIn('admin', made ?? '')).statusCode).toBe(200);
    expect(await createFirstAdmin(needs)).toBeUndefined();
  });

  test('a user name is taken once, whatever its case, and a short password is refused', async () => {
    const admin = await central.staff();
    const user = { username: 'Guard', name: 'Guard', role: 'supervisor', password: 'long enough' };
    expect((await admin.call('POST', '/staff', user)).status).toBe(201);
    expect(await admin.call('POST', '/staff', { ...user, username: 'guard' })).toMatchObject({
      status: 409,
      code: 'username_taken',
    });
    expect(await admin.call('POST', '/staff', { ...user, username: 'b', password: 'short' })).toMatchObject({
      code: 'invalid_input',
      error: { params: { field: 'password' } },
    });
  });

  test('what staff did is recorded and can be neither changed nor deleted', async () => {
    const admin = await central.staff();
    const person = await central.addPerson();
    await admin.call('PATCH', `/people/${person.id}`, { status: 'blocked' });
    const rows = await central.db
      .selectFrom('audit')
      .selectAll()
      .where('subject_id', '=', person.id)
      .orderBy('id')
      .execute();
    expect(rows.map(row => [row.username, row.action])).toEqual([
      ['admin', 'create-person'],
      ['admin', 'change-person'],
    ]);
    await expect(central.db.updateTable('audit').set({ username: 'x' }).execute()).rejects.toThrow(
      'append-only',
    );
    await expect(central.db.deleteFrom('audit').execute()).rejects.toThrow('append-only');
  });
});
