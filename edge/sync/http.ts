import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { PorterError } from '../../protocol/index.js';
import { syncErrors } from './errors.js';

/** The HTTP client, passed in: `fetch` in production. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const largestAnswer_bytes = 32 * 1024 * 1024;

export interface Call {
  readonly fetch: Fetch;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
  readonly timeout_ms: number;
  readonly signal?: AbortSignal;
}

/** A refusal that central gave as coded error; `serverTime` where the refusal was about the clock. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly serverTime: string | undefined,
  ) {
    super(message);
  }
}

/** One request. Throws `central_unreachable` for anything between, `Refusal` for a coded refusal. */
export async function call({
  fetch,
  url,
  method,
  headers,
  body,
  timeout_ms,
  signal,
}: Call): Promise<unknown> {
  const timeout = AbortSignal.timeout(timeout_ms);
  let text: string;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
    text = await readLimited(response);
  } catch (cause) {
    if (cause instanceof PorterError) throw cause;
    throw syncErrors.central_unreachable({ problem: problemOf(cause) }, { cause });
  }
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer;
  const error = (
    answer as { error?: { code?: unknown; message?: unknown; params?: Record<string, unknown> } } | undefined
  )?.error;
  if (typeof error?.code === 'string') {
    const serverTime = error.params?.serverTime;
    throw new Refusal(
      response.status,
      error.code,
      String(error.message ?? ''),
      typeof serverTime === 'string' ? serverTime : undefined,
    );
  }
  throw syncErrors.central_unreachable({ problem: `HTTP ${response.status}` });
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largestAnswer_bytes) {
      throw syncErrors.central_answer_invalid({ path: response.url, problem: 'too large' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

/** Checks an answer against its schema. */
export function createValidator<T extends TSchema>(schema: T): (value: unknown, path: string) => Static<T> {
  const compiled = Compile(schema);
  return (value, path) => {
    if (compiled.Check(value)) return value as Static<T>;
    const [first] = compiled.Errors(value);
    const problem = first ? `${first.instancePath} ${first.message}` : 'unknown';
    throw syncErrors.central_answer_invalid({ path, problem });
  };
}
