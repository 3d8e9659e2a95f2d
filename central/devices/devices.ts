import { zeroHash } from '../../protocol/index.js';
import type { Device, DeviceCreate, PairingCode } from '../../protocol/staff/index.js';
import type { Actor, Audit } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { Db, Trx } from '../db/index.js';
import type { LiveBus } from '../live.js';
import { deviceErrors } from './errors.js';
import { codeLifetime_ms, hashPairingCode, makePairingCode } from './pairing-code.js';
import type { DeviceViews } from './view.js';

export interface Devices {
  /** Errors: `place_not_found`. */
  create(device: DeviceCreate, actor: Actor): Promise<PairingCode>;
  /** A new one-time code: for a device that was never paired, was revoked or quarantined, or is replaced. Errors: `device_not_found`. */
  newPairingCode(id: string, actor: Actor): Promise<PairingCode>;
  /** Its key is worth nothing from now on. Errors: `device_not_found`. */
  revoke(id: string, actor: Actor): Promise<Device>;
}

export interface DevicesNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly live: LiveBus;
  readonly views: DeviceViews;
}

export function createDevices({ db, clock, newId, audit, live, views }: DevicesNeeds): Devices {
  const newCode = () => {
    const code = makePairingCode();
    const expiresAt = new Date(clock.now().getTime() + codeLifetime_ms).toISOString();
    return { code, expiresAt, hash: hashPairingCode(code) };
  };
  const publish = async (id: string): Promise<Device> => {
    const device = await views.find(id);
    live.publish({ kind: 'device', device });
    return device;
  };
  return {
    create: async ({ kind, name, placeId }, actor) => {
      const { code, expiresAt, hash } = newCode();
      const id = newId();
      await db.transaction().execute(async trx => {
        await requirePlace(trx, kind, placeId);
        await trx
          .insertInto('device')
          .values({
            id,
            kind,
            name: name.trim(),
            place_id: placeId,
            state: 'unpaired',
            pairing_code_hash: hash,
            pairing_expires_at: expiresAt,
            chain: 0,
            may_restart: 0,
            last_sequence: 0,
            last_hash: zeroHash,
            created_at: clock.now().toISOString(),
          })
          .execute();
        await audit.record(trx, actor, { action: 'create-device', subjectKind: 'device', subjectId: id });
      });
      return { device: await publish(id), code, expiresAt };
    },

    newPairingCode: async (id, actor) => {
      const { code, expiresAt, hash } = newCode();
      await db.transaction().execute(async trx => {
        const updated = await trx
          .updateTable('device')
          .set({ pairing_code_hash: hash, pairing_expires_at: expiresAt })
          .where('id', '=', id)
          .returning('id')
          .executeTakeFirst();
        if (!updated) throw deviceErrors.device_not_found();
        await audit.record(trx, actor, { action: 'make-pairing-code', subjectKind: 'device', subjectId: id });
      });
      return { device: await views.find(id), code, expiresAt };
    },

    revoke: async (id, actor) => {
      await db.transaction().execute(async trx => {
        const updated = await trx
          .updateTable('device')
          .set({ state: 'revoked', pairing_code_hash: null, pairing_expires_at: null })
          .where('id', '=', id)
          .returning('id')
          .executeTakeFirst();
        if (!updated) throw deviceErrors.device_not_found();
        await audit.record(trx, actor, { action: 'revoke-device', subjectKind: 'device', subjectId: id });
      });
      return publish(id);
    },
  };
}

async function requirePlace(trx: Trx, kind: DeviceCreate['kind'], placeId: string): Promise<void> {
  const table = kind === 'gate' ? 'access_point' : 'till';
  const place = await trx.selectFrom(table).select('id').where('id', '=', placeId).executeTakeFirst();
  if (!place) throw deviceErrors.place_not_found();
}
