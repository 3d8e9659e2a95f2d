import { type PairRequest, type PairResponse, verifyPairingProof } from '../../protocol/index.js';
import { type Audit, systemActor } from '../audit/index.js';
import { createAttemptLimit } from '../auth/index.js';
import type { Clock } from '../clock.js';
import type { Db, DeviceRow } from '../db/index.js';
import type { LiveBus } from '../live.js';
import { deviceErrors } from './errors.js';
import { hashPairingCode } from './pairing-code.js';
import type { DeviceViews } from './view.js';

const window_ms = 15 * 60_000;
const triesPerAddress = 10;
const triesInAll = 200;
const allKey = 'pair:all';

export interface PairingNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly live: LiveBus;
  readonly views: DeviceViews;
  readonly centralPublicKey: string;
}

/**
 * Pairs a device by its one-time code. Errors: `wrong_pairing_code`, `pairing_code_expired`, `wrong_pairing_proof`,
 * `public_key_malformed`, `too_many_pairing_attempts`.
 */
export type Pair = (request: PairRequest, address: string) => Promise<PairResponse>;

export function createPairing({ db, clock, audit, live, views, centralPublicKey }: PairingNeeds): Pair {
  const perAddress = createAttemptLimit({ db, clock, window_ms, tries: triesPerAddress });
  const inAll = createAttemptLimit({ db, clock, window_ms, tries: triesInAll });

  return async (request, address) => {
    const key = `pair:address:${address}`;
    const minutes = Math.max(await perAddress.take(key), await inAll.take(allKey));
    if (minutes > 0) throw deviceErrors.too_many_pairing_attempts({ minutes });
    const code_hash = hashPairingCode(request.code);
    const row = await db
      .selectFrom('device')
      .selectAll()
      .where('pairing_code_hash', '=', code_hash)
      .executeTakeFirst();
    if (!row) throw deviceErrors.wrong_pairing_code();
    if (row.pairing_expires_at === null || row.pairing_expires_at <= clock.now().toISOString()) {
      throw deviceErrors.pairing_code_expired();
    }
    const { publicKey, proof, code } = request;
    if (!verifyPairingProof({ code, publicKeyBase64: publicKey, proof })) {
      throw deviceErrors.wrong_pairing_proof();
    }
    await db.transaction().execute(async trx => {
      const paired = await trx
        .updateTable('device')
        .set({ ...pairedColumns(request), last_seen_at: clock.now().toISOString() })
        .where('id', '=', row.id)
        // Of two devices with one code the first wins.
        .where('pairing_code_hash', '=', code_hash)
        .returning('id')
        .executeTakeFirst();
      if (!paired) throw deviceErrors.wrong_pairing_code();
      await audit.record(trx, systemActor, {
        action: 'pair-device',
        subjectKind: 'device',
        subjectId: row.id,
        detail: { hostname: request.hostname, address },
      });
    });
    await perAddress.clear(key);
    live.publish({ kind: 'device', device: await views.find(row.id) });
    return {
      deviceId: row.id,
      kind: row.kind,
      name: row.name,
      centralPublicKey,
      serverTime: clock.now().toISOString(),
    };
  };
}

function pairedColumns(request: PairRequest): Partial<DeviceRow> {
  return {
    state: 'paired',
    public_key: request.publicKey,
    hostname: request.hostname,
    pairing_code_hash: null,
    pairing_expires_at: null,
    quarantine_reason: null,
    status: null,
    digest_matches: null,
    may_restart: 1,
  };
}
