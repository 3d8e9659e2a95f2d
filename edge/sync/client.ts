import {
  type AuthoriseRequest,
  AuthoriseResponse,
  ChangesPage,
  type DeviceStatus,
  EventBatchResult,
  type EventEnvelope,
  ReleaseResponse,
  signRequest,
} from '../../protocol/index.js';
import type { Clock } from '../contracts.js';
import { syncErrors } from './errors.js';
import { call, createValidator, type Fetch, Refusal } from './http.js';
import type { Identity } from './identity.js';

export interface ClientNeeds {
  readonly identity: Identity;
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'now_ms'>;
  /** At least 8 characters of [A-Za-z0-9_-], never the same twice. */
  readonly newNonce: () => string;
}

const validators = {
  page: createValidator(ChangesPage),
  results: createValidator(EventBatchResult),
  authorise: createValidator(AuthoriseResponse),
  release: createValidator(ReleaseResponse),
};

const push_timeout_ms = 20_000;
/** The server waits at most this long; the client a little longer. */
const pullGrace_ms = 10_000;

/** The device's signed requests to central. */
export function createClient({ identity, fetch, clock, newNonce }: ClientNeeds) {
  /** What to add to the device's clock to be within central's window; learned from a refusal. */
  let offset_ms = 0;

  const once = (
    method: 'GET' | 'POST',
    path: string,
    body: Buffer,
    timeout_ms: number,
    signal?: AbortSignal,
  ) => {
    const created_s = Math.floor((clock.now_ms() + offset_ms) / 1000);
    const parameters = { keyId: identity.deviceId, created_s, nonce: newNonce() };
    const signature = signRequest({ method, path, body, ...parameters, privateKey: identity.privateKey });
    return call({
      fetch,
      url: new URL(path, identity.centralUrl).href,
      method,
      headers: { ...signature, ...(body.length > 0 ? { 'content-type': 'application/json' } : {}) },
      ...(body.length > 0 ? { body } : {}),
      timeout_ms,
      ...(signal ? { signal } : {}),
    });
  };

  const request = async <T>(
    spec: {
      method: 'GET' | 'POST';
      path: string;
      body?: object;
      timeout_ms: number;
      signal?: AbortSignal | undefined;
    },
    validate: (value: unknown, path: string) => T,
  ): Promise<T> => {
    const body = spec.body ? Buffer.from(JSON.stringify(spec.body)) : Buffer.alloc(0);
    const attempt = () => once(spec.method, spec.path, body, spec.timeout_ms, spec.signal);
    try {
      return validate(await attempt(), spec.path);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const serverTime_ms = error.serverTime === undefined ? Number.NaN : Date.parse(error.serverTime);
      if (error.code === 'clock_skew' && Number.isFinite(serverTime_ms)) {
        offset_ms = serverTime_ms - clock.now_ms();
        return validate(await attempt(), spec.path);
      }
      throw error;
    }
  };

  return {
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
    push: (events: readonly EventEnvelope[], signal: AbortSignal): Promise<EventBatchResult> =>
      request(
        { method: 'POST', path: '/device/v1/events', body: { events }, timeout_ms: push_timeout_ms, signal },
        validators.results,
      ),
    status: (status: DeviceStatus, signal: AbortSignal): Promise<unknown> =>
      request(
        { method: 'POST', path: '/device/v1/status', body: status, timeout_ms: push_timeout_ms, signal },
        value => value,
      ),
    authorise: (body: AuthoriseRequest, timeout_ms: number): Promise<AuthoriseResponse> =>
      request(
        { method: 'POST', path: '/device/v1/payments/authorise', body, timeout_ms },
        validators.authorise,
      ),
    release: (orderId: string, timeout_ms: number): Promise<ReleaseResponse> =>
      request(
        { method: 'POST', path: '/device/v1/payments/release', body: { orderId }, timeout_ms },
        validators.release,
      ),
  };
}

export type Client = ReturnType<typeof createClient>;

/** A refusal as coded error for whoever called. */
export function asCodedError(error: unknown, path: string): unknown {
  if (!(error instanceof Refusal)) return error;
  return syncErrors.central_refused({ path, code: error.code, message: error.message }, { cause: error });
}
