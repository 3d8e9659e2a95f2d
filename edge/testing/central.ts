import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ChangesPage,
  contentHash,
  type DeviceSettings,
  type EventBatch,
  type EventEnvelope,
  type EventResult,
  envelopeIsIntact,
  type GalleryChange,
  type GalleryPerson,
  galleryDigest,
  generateDeviceKey,
  newId,
  publicKeyFromBase64,
  readSignature,
  verifyPairingProof,
  verifyRequest,
  zeroHash,
} from '../../protocol/index.js';

/** What happens to one request: before central sees it, after it was taken, or instead of an answer. */
export type Fault = 'drop-before' | 'drop-after' | 'error-before' | 'garbage-after' | 'html-after' | 'hang';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const ok = (body: unknown): Answer => ({ status: 200, body });
const refusal = (status: number, code: string, params: object = {}): Answer => ({
  status,
  body: { error: { code, message: code, params } },
});

export type TestCentral = Awaited<ReturnType<typeof startTestCentral>>;

/** Central as a device sees it: the protocol over real HTTP, signatures, nonces and the chain checked, faults on demand. */
export async function startTestCentral() {
  const settings: DeviceSettings = { campus: 'Test Campus' };
  const state = {
    epoch: newId(),
    /** ms that its clock is ahead. */
    clockAhead_ms: 0,
    /** Answers everything with this. */
    refuseAll: undefined as Answer | undefined,
    /** Answers a long poll at once. */
    impatient: false,
    /** Sent in place of the right digest. */
    digest: undefined as string | undefined,
    quarantine: false,
    /** Requests whose nonce was used before. */
    replayed: 0,
    publicKey: '',
  };
  const code = 'ABCD2345';
  const people = new Map<string, { revision: number; person: GalleryPerson | undefined }>();
  let revision = 0;
  const chain: EventEnvelope[] = [];
  const nonces = new Set<string>();
  const faults = new Map<string, Fault[]>();
  const requests: string[] = [];
  const listeners = new Set<() => void>();
  const authorised = new Map<string, object>();
  const hanging = new Set<ServerResponse>();
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const page = (after: number, limit: number): ChangesPage => {
    const rows = [...people].filter(([, row]) => row.revision > after);
    rows.sort(([, a], [, b]) => a.revision - b.revision);
    const changes = rows.slice(0, limit).map(([personId, row]): GalleryChange => {
      const { person } = row;
      if (!person) return { kind: 'tombstone', revision: row.revision, personId };
      return { kind: 'upsert', revision: row.revision, contentHash: contentHash(person), person };
    });
    const more = rows.length > limit;
    const present = [...people.values()].flatMap(({ person }) => (person ? [person] : []));
    const digest = galleryDigest(
      present.map(person => ({ personId: person.personId, contentHash: contentHash(person) })),
    );
    return {
      ...{
        purpose: 'door',
        epoch: state.epoch,
        changes,
        more,
        settings,
        settingsHash: contentHash(settings),
      },
      revision: more ? (changes.at(-1)?.revision ?? after) : revision,
      ...(more ? {} : { digest: state.digest ?? digest }),
      serverTime: new Date(Date.now() + state.clockAhead_ms).toISOString(),
    };
  };

  const take = (event: EventEnvelope): EventResult | number => {
    const base = { id: event.id, sequence: event.sequence };
    if (state.quarantine || !envelopeIsIntact(event)) return { ...base, outcome: 'quarantined' };
    const known = chain[event.sequence - 1];
    if (known) return { ...base, outcome: known.hash === event.hash ? 'duplicate' : 'quarantined' };
    if (event.sequence > chain.length + 1) return chain.length + 1;
    if (event.previousHash !== (chain.at(-1)?.hash ?? zeroHash)) return { ...base, outcome: 'quarantined' };
    chain.push(event);
    return { ...base, outcome: 'stored' };
  };
  const takeAll = ({ events }: EventBatch): Answer => {
    const results: EventResult[] = [];
    for (const event of events) {
      const fate = take(event);
      if (typeof fate === 'object') results.push(fate);
      else if (results.length === 0) return refusal(409, 'sequence_gap', { expected: fate });
      else break;
    }
    return ok({ results, serverTime: new Date().toISOString() });
  };

  const checkSignature = (request: IncomingMessage, body: Buffer): Answer | undefined => {
    const { keyId: _, created_s, nonce } = readSignature(request.headers);
    const now_ms = Date.now() + state.clockAhead_ms;
    const publicKey = publicKeyFromBase64(state.publicKey);
    verifyRequest({
      ...{ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body, publicKey },
    });
    if (Math.abs(now_ms / 1000 - created_s) > 300) {
      return refusal(401, 'clock_skew', { serverTime: new Date(now_ms).toISOString() });
    }
    if (nonces.has(nonce)) {
      state.replayed++;
      return refusal(401, 'request_replayed');
    }
    nonces.add(nonce);
    return undefined;
  };

  const pair = (body: { code: string; publicKey: string; proof: string }): Answer => {
    if (body.code !== code) return refusal(403, 'wrong_pairing_code');
    if (!verifyPairingProof({ code, publicKeyBase64: body.publicKey, proof: body.proof })) {
      return refusal(403, 'wrong_pairing_proof');
    }
    state.publicKey = body.publicKey;
    const serverTime = new Date().toISOString();
    const { publicKeyBase64 } = generateDeviceKey();
    return ok({
      ...{ deviceId: newId(), kind: 'gate', name: 'Gate', centralPublicKey: publicKeyBase64, serverTime },
    });
  };

  const waitForNews = (after: number, wait_ms: number, response: ServerResponse): Promise<void> =>
    new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        listeners.delete(look);
        resolve();
      };
      const look = (): void => {
        if (revision !== after || state.refuseAll) done();
      };
      const timer = setTimeout(done, state.impatient ? 0 : wait_ms);
      listeners.add(look);
      response.once('close', done);
      look();
    });

  const answer = async (
    url: URL,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<Answer> => {
    const content = body.length > 0 ? JSON.parse(body.toString()) : undefined;
    if (url.pathname === '/device/v1/pair') return pair(content);
    if (state.refuseAll) return state.refuseAll;
    const refused = checkSignature(request, body);
    if (refused) return refused;
    switch (url.pathname) {
      case '/device/v1/gallery/changes': {
        const query = (name: string): number => Number(url.searchParams.get(name));
        const isNews = url.searchParams.get('settings') !== contentHash(settings);
        if (!isNews) await waitForNews(query('after'), query('wait_ms'), response);
        return state.refuseAll ?? ok(page(query('after'), query('limit')));
      }
      case '/device/v1/events':
        return takeAll(content as EventBatch);
      case '/device/v1/status':
        return ok({ serverTime: new Date(Date.now() + state.clockAhead_ms).toISOString() });
      case '/device/v1/payments/authorise': {
        const { orderId } = content as { orderId: string };
        const given = authorised.get(orderId) ?? { kind: 'authorised', orderId, balanceAfter_minor: 100 };
        authorised.set(orderId, given);
        return ok(given);
      }
      case '/device/v1/payments/release':
        return ok({ orderId: (content as { orderId: string }).orderId, outcome: 'released' });
      default:
        return refusal(404, 'route_not_found');
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://central');
    const fault = faults.get(url.pathname)?.shift();
    requests.push(url.pathname);
    const send = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    };
    if (fault === 'hang') hanging.add(response);
    else if (fault === 'drop-before') request.socket.destroy();
    else if (fault === 'error-before') send(500, '{"error":{"code":"internal","message":"","params":{}}}');
    else {
      const given = await answer(url, request, Buffer.concat(chunks), response);
      if (fault === 'drop-after') request.socket.destroy();
      else if (fault === 'garbage-after') send(200, '{"results":[{"id":7}],"revision":"x"}');
      else if (fault === 'html-after') send(200, '<html>sign in to the campus network</html>');
      else send(given.status, JSON.stringify(given.body));
    }
    changed();
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(error => response.writeHead(500).end(String(error)));
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const hangUp = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    code,
    state,
    /** The events it has, in order. */
    chain,
    /** Paths in the order in which they came. */
    requests,
    authorised,
    settings,
    refusal,
    /** The next requests to this path meet these. */
    fail(path: string, ...list: Fault[]): void {
      faults.set(path, [...(faults.get(path) ?? []), ...list]);
    },
    put(person: GalleryPerson): void {
      people.set(person.personId, { revision: ++revision, person });
      changed();
    },
    remove(personId: string): void {
      people.set(personId, { revision: ++revision, person: undefined });
      changed();
    },
    /** Lets long polls look again. */
    changed,
    hangUp,
    comeBack: () => listen(port),
  };
}
