import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { PorterError } from '../../protocol/index.js';
import { systemClock } from '../clock.js';
import type { Clock } from '../contracts.js';
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
  /** Ends the call; the caller sets the time-out. */
  readonly signal: AbortSignal;
}

/** A refusal that central gave as coded error. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly params: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/**
 * Runs `work` with a signal that is aborted after `timeout_ms` or with `outer`, and leaves nothing behind. The time is taken from
 * `sleep`.
 */
export async function within<T>(
  timeout_ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  sleep: Clock['sleep'] = systemClock.sleep,
): Promise<T> {
  const inner = new AbortController();
  const abort = (): void => inner.abort(outer?.reason);
  const over = new AbortController();
  void sleep(timeout_ms, over.signal).then(() => inner.abort(new Error(`no answer within ${timeout_ms} ms`)));
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort, { once: true });
  try {
    return await work(inner.signal);
  } finally {
    over.abort();
    outer?.removeEventListener('abort', abort);
  }
}

/**
 * One request. Throws `central_unreachable` for anything between, `central_answer_invalid` for an answer that is too
 * large, and `Refusal` for a coded refusal.
 */
export async function call({ fetch, url, method, headers, body, signal }: Call): Promise<unknown> {
  let text: string;
  let response: Response;
  try {
    const content = body ? { body: new Uint8Array(body) } : {};
    response = await fetch(url, { method, headers, redirect: 'error', signal, ...content });
    text = await readLimited(response);
  } catch (cause) {
    if (cause instanceof PorterError) throw cause;
    throw syncErrors.central_unreachable({ problem: problemOf(cause) }, { cause });
  }
  const answer = parse(text);
  if (!response.ok) throw refusalOf(response.status, answer);
  // Some portal or proxy in between answers for it.
  if (answer === undefined) throw syncErrors.central_unreachable({ problem: 'the answer is no JSON' });
  return answer;
}

function refusalOf(status: number, answer: unknown): Error {
  const error = isObject(answer) && isObject(answer.error) ? answer.error : {};
  if (typeof error.code !== 'string') return syncErrors.central_unreachable({ problem: `HTTP ${status}` });
  const params = isObject(error.params) ? error.params : {};
  return new Refusal(status, error.code, String(error.message ?? ''), params);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

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
