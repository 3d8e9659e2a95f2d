import type { DeviceStatus } from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import type { Db, Flag } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import type { LiveBus } from '../live.js';
import { purposeOf } from './changes.js';
import type { LedgerModule } from './contracts.js';
import type { SigningDevice } from './request.js';
import type { DeviceViews } from './view.js';

export interface StatusNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly gallery: Gallery;
  readonly live: LiveBus;
  readonly views: DeviceViews;
  readonly ledger: Pick<LedgerModule, 'tillReported'>;
}

export type TakeStatus = (device: SigningDevice, status: DeviceStatus) => Promise<void>;

/** Keeps a device's status and whether its gallery is the one that central has. */
export function createStatusIntake({ db, clock, gallery, live, views, ledger }: StatusNeeds): TakeStatus {
  return async (device, status) => {
    const { revision, digest } = await gallery.digest(purposeOf(device));
    // Of an older revision central has no digest: that the device is behind says enough.
    const digest_matches: Flag | null =
      status.galleryRevision === revision ? (status.galleryDigest === digest ? 1 : 0) : null;
    await db
      .updateTable('device')
      .set({ status: JSON.stringify(status), digest_matches, last_seen_at: clock.now().toISOString() })
      .where('id', '=', device.id)
      .execute();
    if (device.kind === 'till') await ledger.tillReported?.(device.id, status);
    live.publish({ kind: 'device', device: await views.find(device.id) });
  };
}
