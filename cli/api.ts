import type { ErrorBody } from '../protocol/index.js';
import type { Session } from '../protocol/staff/index.js';
import { cliErrors } from './errors.js';

/** A logged-in client of central's staff API. Paths are below `/api/v1`. */
export interface StaffApi {
  readonly session: Session;
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  upload<T>(path: string, form: FormData): Promise<T>;
}

const request_timeout_ms = 30_000;

export async function logIn(options: {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}): Promise<StaffApi> {
  const base = `${options.url.replace(/\/$/, '')}/api/v1`;
  const login = await request(`${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-porter-request': '1' },
    body: JSON.stringify({ username: options.username, password: options.password }),
  });
  const cookie = login.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ');
  const session = (await login.json()) as Session;
  const call = async <T>(method: string, path: string, body?: BodyInit, type?: string): Promise<T> => {
    const headers = { cookie, 'x-porter-request': '1', ...(type ? { 'content-type': type } : {}) };
    const response = await request(`${base}${path}`, { method, headers, ...(body ? { body } : {}) });
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
  };
  return {
    session,
    get: path => call('GET', path),
    send: (method, path, body) =>
      body ? call(method, path, JSON.stringify(body), 'application/json') : call(method, path),
    upload: (path, form) => call('POST', path, form),
  };
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(request_timeout_ms) });
  } catch (cause) {
    const problem =
      cause instanceof Error
        ? String((cause.cause as Error | undefined)?.message ?? cause.message)
        : String(cause);
    throw cliErrors.central_unreachable({ url: new URL(url).origin, problem }, { cause });
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => undefined)) as ErrorBody | undefined;
  throw cliErrors.refused_by_central({
    code: body?.error?.code ?? `http_${response.status}`,
    message: body?.error?.message ?? response.statusText,
  });
}
