import type { ErrorBody } from '../../protocol/errors.js';
import type { Language } from './words/index.js';

/** A refusal of central, with the message in the language that was asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly params: ErrorBody['error']['params'] = {},
  ) {
    super(message);
  }
}

export interface Api {
  get<T>(path: string, query?: object): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  upload<T>(path: string, form: FormData): Promise<T>;
}

export interface ApiNeeds {
  readonly fetch: typeof globalThis.fetch;
  readonly language: () => Language;
  /** The session is gone: somebody must log in again. */
  readonly onLoggedOut: () => void;
  readonly unreachable: () => string;
}

/** Calls below `/api/v1`. Every failure is an ApiError. */
export function createApi({ fetch, language, onLoggedOut, unreachable }: ApiNeeds): Api {
  const call = async <T>(method: string, path: string, body?: BodyInit, type?: string): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`/api/v1${path}`, {
        method,
        headers: {
          'accept-language': language(),
          'x-porter-request': '1',
          ...(type ? { 'content-type': type } : {}),
        },
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new ApiError(0, 'unreachable', unreachable());
    }
    const text = await response.text().catch(() => '');
    if (response.ok) return understood<T>(text, unreachable());
    if (response.status === 401 && path !== '/session') onLoggedOut();
    throw refusal(response.status, text, unreachable());
  };
  return {
    get: (path, query = {}) => call('GET', path + queryText(query)),
    send: (method, path, body) =>
      body === undefined ? call(method, path) : call(method, path, JSON.stringify(body), 'application/json'),
    upload: (path, form) => call('POST', path, form),
  };
}

function understood<T>(text: string, fallback: string): T {
  try {
    return (text ? JSON.parse(text) : undefined) as T;
  } catch (cause) {
    throw Object.assign(new ApiError(0, 'not_understood', fallback), { cause });
  }
}

function refusal(status: number, text: string, fallback: string): ApiError {
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return new ApiError(status, error.code, error.message, error.params);
  } catch {
    return new ApiError(status, `http_${status}`, `${fallback} (HTTP ${status})`);
  }
}

/** Leaves out what is empty. */
export function queryText(query: object): string {
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== '' && value !== null,
  );
  return pairs.length > 0 ? `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}` : '';
}
