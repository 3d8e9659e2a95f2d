import Type from 'typebox';
import {
  type AuthoriseRequest,
  AuthoriseResponse,
  ChangesPage,
  type DeviceStatus,
  EventBatchResult,
  type EventEnvelope,
  ReleaseResponse,
  signRequest,
  Timestamp,
} from '../../protocol/index.js';
import type { Clock } from '../contracts.js';
import { syncErrors } from './errors.js';
import { call, createValidator, type Fetch, Refusal, within } from './http.js';
import type { Identity } from './identity.js';

export interface ClientNeeds {
  readonly identity: Identity;
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'now_ms'>;
  /** At least 8 characters of [A-Za-z0-9_-], never the same twice. */
  readonly newNonce: () => string;
  /** Measures the time-outs; the machine's clock when absent. */
  readonly sleep?: Clock['sleep'];
}

const validators = {
  page: createValidator(ChangesPage),
  results: createValidator(EventBatchResult),
  status: createValidator(Type.Object({ serverTime: Timestamp })),
  authorise: createValidator(AuthoriseResponse),
  release: createValidator(ReleaseResponse),
};

const push_timeout_ms = 20_000;
/** Short: a status that gets no answer is how a dead connection is noticed while the long poll still hangs. */
const status_timeout_ms = 5_000;
/** The server waits at most as long as it was asked to; the client a little longer. */
const pullGrace_ms = 10_000;

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly timeout_ms: number;
  readonly signal?: AbortSignal | undefined;
}

/** The device's signed requests to central. */
export function createClient({ identity, fetch, clock, newNonce, sleep }: ClientNeeds) {
  /** What to add to the device's clock to have central's. */
  let offset_ms = 0;

  const once = (method: 'GET' | 'POST', path: string, body: Buffer, signal: AbortSignal) => {
    const created_s = Math.floor((clock.now_ms() + offset_ms) / 1000);
    const parameters = { keyId: identity.deviceId, created_s, nonce: newNonce() };
    const signature = signRequest({ method, path, body, ...parameters, privateKey: identity.privateKey });
    return call({
      fetch,
      url: new URL(path, identity.centralUrl).href,
      method,
      headers: { ...signature, ...(body.length > 0 ? { 'content-type': 'application/json' } : {}) },
      ...(body.length > 0 ? { body } : {}),
      signal,
    });
  };

  /** A refusal because of the clock is repeated once, with central's time. */
  const request = <T>(spec: Request, validate: (value: unknown, path: string) => T): Promise<T> => {
    const { method, path, timeout_ms, signal } = spec;
    const body = spec.body ? Buffer.from(JSON.stringify(spec.body)) : Buffer.alloc(0);
    const attempt = async (limited: AbortSignal): Promise<T> => {
      try {
        return validate(await once(method, path, body, limited), path);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'clock_skew') throw error;
        const serverTime_ms = Date.parse(String(error.params.serverTime));
        if (Number.isNaN(serverTime_ms)) throw error;
        offset_ms = serverTime_ms - clock.now_ms();
        return validate(await once(method, path, body, limited), path);
      }
    };
    return within(timeout_ms, signal, attempt, sleep);
  };
  const post = <T>(
    path: string,
    body: object,
    validate: (value: unknown, path: string) => T,
    options: { readonly timeout_ms: number; readonly signal?: AbortSignal | undefined },
  ): Promise<T> => request({ method: 'POST', path, body, ...options }, validate);

  return {
    deviceId: identity.deviceId,
    /** ms that central's clock is ahead of this device's, as far as it was ever told. */
    get offset_ms() {
      return offset_ms;
    },
    changes(
      query: { after: number; settings?: string; wait_ms: number; limit: number },
      signal: AbortSignal,
    ): Promise<ChangesPage> {
      const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
      const path = `/device/v1/gallery/changes?${search}`;
      const timeout_ms = query.wait_ms + pullGrace_ms;
      return request({ method: 'GET', path, timeout_ms, signal }, validators.page);
    },
    /** The answer has at least one result, and only of these events. */
    async push(events: readonly EventEnvelope[], signal: AbortSignal): Promise<EventBatchResult> {
      const path = '/device/v1/events';
      const timeout_ms = push_timeout_ms;
      const answer = await post(path, { events }, validators.results, { timeout_ms, signal });
      const sent = new Map(events.map(event => [event.id, event.sequence]));
      const stray = answer.results.find(result => sent.get(result.id) !== result.sequence);
      if (stray) throw syncErrors.central_answer_invalid({ path, problem: `a result of ${stray.id}` });
      if (answer.results.length === 0)
        throw syncErrors.central_answer_invalid({ path, problem: 'no result' });
      return answer;
    },
    async status(status: DeviceStatus, signal: AbortSignal): Promise<void> {
      const timeout_ms = status_timeout_ms;
      const answer = await post('/device/v1/status', status, validators.status, { timeout_ms, signal });
      offset_ms = Date.parse(answer.serverTime) - clock.now_ms();
    },
    authorise(body: AuthoriseRequest, timeout_ms: number, signal?: AbortSignal): Promise<AuthoriseResponse> {
      const validate = ofOrder(body.orderId, validators.authorise);
      return post('/device/v1/payments/authorise', body, validate, { timeout_ms, signal });
    },
    release(orderId: string, timeout_ms: number, signal?: AbortSignal): Promise<ReleaseResponse> {
      const validate = ofOrder(orderId, validators.release);
      return post('/device/v1/payments/release', { orderId }, validate, { timeout_ms, signal });
    },
  };
}

export type Client = ReturnType<typeof createClient>;

/** An answer about another order must never be taken for this one's. */
const ofOrder =
  <T extends { orderId: string }>(orderId: string, validate: (value: unknown, path: string) => T) =>
  (value: unknown, path: string): T => {
    const answer = validate(value, path);
    if (answer.orderId === orderId) return answer;
    throw syncErrors.central_answer_invalid({ path, problem: `about order ${answer.orderId}` });
  };

/** A refusal as coded error for whoever called. */
export function asCodedError(error: unknown, path: string): unknown {
  if (!(error instanceof Refusal)) return error;
  return syncErrors.central_refused({ path, code: error.code, message: error.message }, { cause: error });
}
