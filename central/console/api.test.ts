import { describe, expect, it } from 'vitest';
import { type ApiError, createApi, queryText } from './api.js';

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

function apiThatAnswers(answer: () => Promise<Response>) {
  const asked: Asked[] = [];
  const loggedOut: number[] = [];
  const api = createApi({
    fetch: (url, init) => {
      asked.push({ url: String(url), init: init ?? {} });
      return answer();
    },
    language: () => 'zh',
    onLoggedOut: () => loggedOut.push(1),
    unreachable: () => '中心服务无响应',
  });
  return { api, asked, loggedOut };
}
const answering = (status: number, body: string) =>
  apiThatAnswers(async () => new Response(status === 204 ? null : body, { status }));
const errorBody = (code: string, message: string, params = {}) =>
  JSON.stringify({ error: { code, message, params } });
const failureOf = async (promise: Promise<unknown>) =>
  (await promise.then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error,
  )) as ApiError;

describe('a call to central', () => {
  it('asks in the language of the console, and proves that it comes from it', async () => {
    const { api, asked } = answering(200, '{"items":[]}');
    await api.send('POST', '/people', { name: 'Ada' });
    const { url, init } = asked[0]!;
    expect(url).toBe('/api/v1/people');
    expect(init.headers).toMatchObject({
      'accept-language': 'zh',
      'x-porter-request': '1',
      'content-type': 'application/json',
    });
    expect(init.body).toBe('{"name":"Ada"}');
  });

  it('leaves the type of an uploaded form to the browser, which knows its boundary', async () => {
    const { api, asked } = answering(200, '{}');
    await api.upload('/people/1/enrolments', new FormData());
    expect(asked[0]!.init.headers).not.toHaveProperty('content-type');
    expect(asked[0]!.init.headers).toHaveProperty('x-porter-request', '1');
  });

  it('takes an answer without a body', async () => {
    const { api } = answering(204, '');
    await expect(api.send('DELETE', '/session')).resolves.toBeUndefined();
  });

  it('hands on the code, the message and the parameters of a refusal', async () => {
    const { api, loggedOut } = answering(
      422,
      errorBody('poor_quality', '照片质量不合格', { reasons: ['blurred', 'too-dark'] }),
    );
    const error = await failureOf(api.upload('/people/1/enrolments', new FormData()));
    expect(error).toMatchObject({
      name: 'ApiError',
      status: 422,
      code: 'poor_quality',
      message: '照片质量不合格',
      params: { reasons: ['blurred', 'too-dark'] },
    });
    expect(loggedOut).toHaveLength(0);
  });

  it('says so when the session has ended, and still fails', async () => {
    const { api, loggedOut } = answering(401, errorBody('not_logged_in', '请先登录'));
    expect((await failureOf(api.get('/summary'))).code).toBe('not_logged_in');
    expect(loggedOut).toHaveLength(1);
  });

  it('does not take a wrong password for an ended session', async () => {
    const { api, loggedOut } = answering(401, errorBody('wrong_login', '用户名或密码错误'));
    expect((await failureOf(api.send('POST', '/session', {}))).code).toBe('wrong_login');
    expect(loggedOut).toHaveLength(0);
  });

  it.each(['<html>Bad gateway</html>', '', '{"message":"no"}', 'null'])(
    'makes a readable error of an answer that is none of central’s: %j',
    async body => {
      const { api } = answering(502, body);
      expect(await failureOf(api.get('/summary'))).toMatchObject({
        status: 502,
        code: 'http_502',
        message: '中心服务无响应 (HTTP 502)',
      });
    },
  );

  it('is refused in words when a page comes where data should', async () => {
    const { api } = answering(200, '<!doctype html>');
    expect(await failureOf(api.get('/summary'))).toMatchObject({ code: 'not_understood' });
  });

  it('says that central does not answer when the network is gone', async () => {
    const { api } = apiThatAnswers(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await failureOf(api.get('/summary'))).toMatchObject({
      status: 0,
      code: 'unreachable',
      message: '中心服务无响应',
    });
  });
});

describe('a query', () => {
  it('leaves out what is empty and escapes the rest', () => {
    expect(queryText({ query: '李 & 王', cursor: undefined, building: '', limit: 50 })).toBe(
      '?query=%E6%9D%8E+%26+%E7%8E%8B&limit=50',
    );
    expect(queryText({})).toBe('');
  });
});
