import { randomBytes } from 'node:crypto';
import type { ErrorBody } from '../../protocol/index.js';
import type { CentralApp } from '../http/index.js';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** Code of an error answer. */
  readonly code: string | undefined;
  readonly error: ErrorBody['error'] | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface InjectedResponse {
  readonly statusCode: number;
  readonly payload: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export function toAnswer<T>({ statusCode, payload, headers }: InjectedResponse): Answer<T> {
  const isJson = String(headers['content-type']).includes('application/json');
  const body: unknown = isJson && payload !== '' ? JSON.parse(payload) : payload;
  const error =
    typeof body === 'object' && body !== null && 'error' in body ? (body as ErrorBody).error : undefined;
  return { status: statusCode, body: body as T, code: error?.code, error, headers };
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Somebody logged in to the console; paths are below `/api/v1`. */
export interface TestStaff {
  readonly cookie: string;
  call<T = unknown>(
    method: Method,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  /** Throws unless it succeeds. */
  post<T = unknown>(path: string, body?: object): Promise<T>;
  uploadPhoto<T = unknown>(
    personId: string,
    photo: Uint8Array,
    fields?: Record<string, string>,
  ): Promise<Answer<T>>;
}

export function createTestStaff(app: CentralApp, cookie: string): TestStaff {
  const call = async <T>(
    method: Method,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> =>
    toAnswer(
      await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { cookie, 'x-porter-request': '1', ...headers },
        ...(body ? { payload: body } : {}),
      }),
    );
  return {
    cookie,
    call,
    get: path => call('GET', path),
    post: async <T>(path: string, body?: object) => {
      const answer = await call<T>('POST', path, body);
      if (answer.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    uploadPhoto: async (personId, photo, fields = {}) => {
      const { payload, contentType } = multipart(photo, fields);
      return toAnswer(
        await app.inject({
          method: 'POST',
          url: `/api/v1/people/${personId}/enrolments`,
          headers: { cookie, 'x-porter-request': '1', 'content-type': contentType },
          payload,
        }),
      );
    },
  };
}

function multipart(
  photo: Uint8Array,
  fields: Record<string, string>,
): { payload: Buffer; contentType: string } {
  const boundary = `porter${randomBytes(8).toString('hex')}`;
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    );
  }
  parts.push(
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="photo"; filename="photo.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
    ),
    photo,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  );
  return { payload: Buffer.concat(parts), contentType: `multipart/form-data; boundary=${boundary}` };
}
