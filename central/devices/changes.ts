import type { ChangesPage, ChangesQuery, DevicePurpose } from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import type { CentralConfig } from '../config.js';
import type { Db } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import type { SigningDevice } from './request.js';
import { settingsOf } from './settings.js';

export interface ChangesNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly config: CentralConfig;
  readonly gallery: Gallery;
}

export const purposeOf = (device: Pick<SigningDevice, 'kind'>): DevicePurpose =>
  device.kind === 'gate' ? 'door' : 'payment';

/** Answers at once when there is news for the device, else when there is or `wait_ms` have passed. */
export type ReadChanges = (
  device: SigningDevice,
  query: ChangesQuery,
  signal: AbortSignal,
) => Promise<ChangesPage>;

export function createChanges({ db, clock, config, gallery }: ChangesNeeds): ReadChanges {
  return async (device, query, signal) => {
    const purpose = purposeOf(device);
    const deadline_ms = performance.now() + query.wait_ms;
    for (;;) {
      // Begun before looking, so that a change between the look and the wait wakes it.
      const finished = new AbortController();
      const left_ms = deadline_ms - performance.now();
      const news = gallery.waitForNews(Math.max(0, left_ms), AbortSignal.any([signal, finished.signal]));
      const { settings, settingsHash } = await settingsOf(db, config, device, clock.now());
      const revision = await gallery.revision(purpose);
      const isNews = revision !== query.after || (query.settings ?? settingsHash) !== settingsHash;
      if (!isNews && left_ms > 0 && !signal.aborted) {
        await news;
        if (!gallery.closed) continue;
      }
      finished.abort();
      const page = await gallery.page({ purpose, after: query.after, limit: query.limit });
      return {
        purpose,
        epoch: gallery.epoch,
        ...page,
        settings,
        settingsHash,
        serverTime: clock.now().toISOString(),
      };
    }
  };
}
