import type { KeyObject } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { publicKeyFromBase64, readSignature, signingErrors, verifyRequest } from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import type { Db, DeviceRow } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import { deviceErrors } from './errors.js';
import { deviceOf } from './request.js';

/** How far a device's clock may be off, either way; a nonce is remembered for longer than both together. */
const clockWindow_s = 300;
const nonceKept_s = 2 * clockWindow_s + 60;
const pruneEvery_ms = 60_000;
/** `last_seen_at` is written at most this often. */
const seenStep_ms = 5_000;

export interface SignatureGuardNeeds {
  readonly db: Db;
  readonly clock: Clock;
}

/** Keeps a JSON body's bytes beside its value: the signature covers the bytes. */
export function keepRawBody(app: CentralApp): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    request.rawBody = bytes;
    try {
      done(null, bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8')));
    } catch {
      done(Object.assign(new Error('not JSON'), { statusCode: 400 }));
    }
  });
}

/**
 * Every request of this scope must be signed by a paired device, lately, and for the first time. Errors: those of
 * protocol/signing, `device_unknown`, `device_revoked`, `clock_skew`, `request_replayed`.
 */
export function addSignatureGuard(app: CentralApp, { db, clock }: SignatureGuardNeeds): void {
  let prunedAt_ms = 0;

  async function refuseReplay(deviceId: string, nonce: string, created_s: number): Promise<void> {
    const now_ms = clock.now().getTime();
    if (Math.abs(now_ms / 1000 - created_s) > clockWindow_s) {
      throw deviceErrors.clock_skew({ serverTime: clock.now().toISOString() });
    }
    if (now_ms - prunedAt_ms > pruneEvery_ms) {
      prunedAt_ms = now_ms;
      const oldest_s = Math.floor(now_ms / 1000) - nonceKept_s;
      await db.deleteFrom('device_nonce').where('created_s', '<', oldest_s).execute();
    }
    const fresh = await db
      .insertInto('device_nonce')
      .values({ device_id: deviceId, nonce, created_s })
      .onConflict(conflict => conflict.columns(['device_id', 'nonce']).doNothing())
      .returning('nonce')
      .executeTakeFirst();
    if (!fresh) throw deviceErrors.request_replayed();
  }

  async function markSeen(row: DeviceRow): Promise<void> {
    const now = clock.now();
    const before_ms = row.last_seen_at === null ? 0 : Date.parse(row.last_seen_at);
    if (Math.abs(now.getTime() - before_ms) < seenStep_ms) return;
    await db
      .updateTable('device')
      .set({ last_seen_at: now.toISOString() })
      .where('id', '=', row.id)
      .execute();
  }

  app.addHook('preValidation', async request => {
    const { keyId, nonce, created_s } = readSignature(request.headers);
    const row = await db.selectFrom('device').selectAll().where('id', '=', keyId).executeTakeFirst();
    if (!row || row.public_key === null) throw deviceErrors.device_unknown();
    checkSignature(request, row.public_key);
    if (row.state === 'revoked') throw deviceErrors.device_revoked();
    await refuseReplay(row.id, nonce, created_s);
    await markSeen(row);
    request.device = {
      id: row.id,
      kind: row.kind,
      placeId: row.place_id,
      quarantine: row.state === 'quarantined' ? (row.quarantine_reason ?? '?') : null,
    };
  });
}

/** Reading a key costs more than checking a signature with it. */
const keptKeys = 1_000;
const readKeys = new Map<string, KeyObject>();

function readKey(publicKey: string): KeyObject {
  const known = readKeys.get(publicKey);
  if (known) return known;
  const key = publicKeyFromBase64(publicKey);
  readKeys.set(publicKey, key);
  for (const oldest of readKeys.keys()) {
    if (readKeys.size <= keptKeys) break;
    readKeys.delete(oldest);
  }
  return key;
}

function checkSignature(request: FastifyRequest, publicKey: string): void {
  if (request.body !== undefined && request.body !== null && request.rawBody === null) {
    throw signingErrors.signature_invalid();
  }
  verifyRequest({
    method: request.method,
    path: request.raw.url ?? request.url,
    headers: request.headers,
    body: request.rawBody ?? Buffer.alloc(0),
    publicKey: readKey(publicKey),
  });
}

/** For what a device in quarantine may not have. Errors: `device_quarantined`. */
export function addQuarantineGuard(app: CentralApp): void {
  app.addHook('preHandler', async request => {
    const { quarantine } = deviceOf(request);
    if (quarantine !== null) throw deviceErrors.device_quarantined({ reason: quarantine });
  });
}
