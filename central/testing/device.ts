import { type KeyObject, randomBytes } from 'node:crypto';
import {
  type EventBatchResult,
  type EventBody,
  type EventEnvelope,
  type Evidence,
  newId,
  sealEvent,
  signRequest,
  zeroHash,
} from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import type { CentralApp } from '../http/index.js';
import { type Answer, toAnswer } from './staff.js';

export interface SendOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  readonly nonce?: string;
  readonly created_s?: number;
  /** Changes the headers after signing. */
  readonly forge?: (headers: Record<string, string>) => Record<string, string>;
  readonly language?: string;
}

/** A paired device as central sees it. */
export interface TestDevice {
  readonly id: string;
  readonly placeId: string;
  send<T = unknown>(path: string, options?: SendOptions): Promise<Answer<T>>;
  /** The headers of a signed GET, for those who send it themselves. */
  sign(path: string): Record<string, string>;
  /** Seals the next event of the chain. */
  event(body: EventBody | object, change?: Partial<EventEnvelope>): EventEnvelope;
  /** Seals and sends events; throws unless central answers 200. */
  push(...bodies: readonly (EventBody | object)[]): Promise<EventBatchResult['results']>;
}

export const someEvidence: Evidence = {
  packId: 'fake-32',
  score: 0.8,
  margin: 0.5,
  threshold: 0.5,
  quality: 0.9,
  galleryRevision: 1,
  galleryPersons: 1,
  frames: 3,
};

export function createTestDevice(needs: {
  readonly app: CentralApp;
  readonly clock: Clock;
  readonly id: string;
  readonly placeId: string;
  readonly privateKey: KeyObject;
}): TestDevice {
  const { app, clock, id, placeId, privateKey } = needs;
  const bootId = newId();
  let sequence = 0;
  let previousHash = zeroHash;

  const signed = (method: string, path: string, body: Buffer, options: SendOptions) =>
    signRequest({
      method,
      path,
      body,
      keyId: id,
      privateKey,
      created_s: options.created_s ?? Math.floor(clock.now().getTime() / 1000),
      nonce: options.nonce ?? randomBytes(12).toString('base64url'),
    });

  const device: TestDevice = {
    id,
    placeId,
    sign: path => signed('GET', path, Buffer.alloc(0), {}),
    send: async (path, options = {}) => {
      const body = options.body ? Buffer.from(JSON.stringify(options.body)) : Buffer.alloc(0);
      const method = options.method ?? (options.body ? 'POST' : 'GET');
      const headers = signed(method, path, body, options);
      const response = await app.inject({
        method,
        url: path,
        headers: {
          ...(options.forge ? options.forge(headers) : headers),
          ...(options.body ? { 'content-type': 'application/json' } : {}),
          ...(options.language ? { 'accept-language': options.language } : {}),
        },
        ...(options.body ? { payload: body } : {}),
      });
      return toAnswer(response);
    },
    event: (body, change = {}) => {
      const { hash: _, ...plain } = {
        id: newId(),
        sequence: sequence + 1,
        at: clock.now().toISOString(),
        bootId,
        monotonic_ms: 1,
        clockTrusted: true,
        body: body as EventBody,
        previousHash,
        hash: '',
        ...change,
      };
      const envelope = sealEvent(plain);
      sequence = envelope.sequence;
      previousHash = envelope.hash;
      return envelope;
    },
    push: async (...bodies) => {
      const events = bodies.map(body => device.event(body));
      const answer = await device.send<EventBatchResult>('/device/v1/events', { body: { events } });
      if (answer.status !== 200) throw new Error(`events were refused: ${JSON.stringify(answer.body)}`);
      return answer.body.results;
    },
  };
  return device;
}
