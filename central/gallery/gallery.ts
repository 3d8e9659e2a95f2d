import type { DevicePurpose } from '../../protocol/index.js';
import { type Db, dialectOf, type Trx } from '../db/index.js';
import type { LiveBus } from '../live.js';
import type { PaymentPolicy } from './content.js';
import { createNotifier } from './notifier.js';
import { createDigests, type GalleryPage, readPage, readRevision } from './pages.js';
import { counterOf, devicePurposes, refreshPersons } from './refresh.js';
import type { Vault } from './vault.js';

/** Marks a person as one whose view on devices may have changed. */
export type Touch = (personId: string) => void;

export interface Gallery {
  readonly epoch: string;
  /**
   * Runs `work` in one transaction. Touched persons are recomputed before it commits; devices and consoles are told after.
   */
  change<T>(work: (trx: Trx, touch: Touch) => Promise<T>): Promise<T>;
  /** Recomputes everybody (or one building) on devices in small transactions. */
  refreshEverybody(only?: { building: string }): Promise<void>;
  revision(purpose: DevicePurpose): Promise<number>;
  /** Digest of the gallery at its present revision, and that revision. */
  digest(purpose: DevicePurpose): Promise<{ revision: number; digest: string }>;
  page(query: { purpose: DevicePurpose; after: number; limit: number }): Promise<GalleryPage>;
  /** Resolves when there may be news; at the latest after `timeout_ms`. */
  waitForNews(timeout_ms: number, signal: AbortSignal): Promise<void>;
  /** Settings of devices changed. */
  wake(): void;
  readonly closed: boolean;
  /** Ends all waits. */
  close(): void;
}

export interface GalleryNeeds {
  readonly db: Db;
  readonly newId: () => string;
  readonly live: LiveBus;
  readonly vault: Vault;
  readonly payment: PaymentPolicy;
}

const chunkPersons = 200;
/** Another process' commits do not wake this one: on PostgreSQL it looks for itself. */
const postgresPoll_ms = 1_000;

export async function createGallery({ db, newId, live, vault, payment }: GalleryNeeds): Promise<Gallery> {
  const epoch = await initialise(db, newId);
  const notifier = createNotifier();
  const digests = createDigests();
  const longestWait_ms = dialectOf(db) === 'postgres' ? postgresPoll_ms : Number.POSITIVE_INFINITY;

  async function change<T>(work: (trx: Trx, touch: Touch) => Promise<T>): Promise<T> {
    const touched = new Set<string>();
    const { result, purposes } = await db.transaction().execute(async trx => {
      const result = await work(trx, personId => touched.add(personId));
      return { result, purposes: await refreshPersons(trx, [...touched], { vault, payment }) };
    });
    if (purposes.size > 0) notifier.wake();
    for (const personId of touched) live.publish({ kind: 'person', personId });
    return result;
  }

  async function refreshEverybody(only?: { building: string }): Promise<void> {
    for (let after = ''; ; ) {
      let query = db
        .selectFrom('person')
        .select('id')
        .where('id', '>', after)
        .orderBy('id')
        .limit(chunkPersons);
      if (only) query = query.where('building', '=', only.building);
      const ids = (await query.execute()).map(row => row.id);
      const last = ids.at(-1);
      if (last === undefined) break;
      const news = await db.transaction().execute(trx => refreshPersons(trx, ids, { vault, payment }));
      if (news.size > 0) notifier.wake();
      after = last;
    }
  }

  return {
    epoch,
    change,
    refreshEverybody,
    revision: purpose => readRevision(db, purpose),
    digest: purpose =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async trx => {
          const revision = await readRevision(trx, purpose);
          return { revision, digest: await digests.at(trx, purpose, revision) };
        }),
    page: query => readPage(db, { vault, digests }, query),
    waitForNews: (timeout_ms, signal) => notifier.wait(Math.min(timeout_ms, longestWait_ms), signal),
    wake: notifier.wake,
    get closed() {
      return notifier.closed;
    },
    close: notifier.close,
  };
}

async function initialise(db: Db, newId: () => string): Promise<string> {
  for (const purpose of devicePurposes) {
    await db
      .insertInto('counter')
      .values({ name: counterOf(purpose), value: 0 })
      .onConflict(conflict => conflict.column('name').doNothing())
      .execute();
  }
  await db
    .insertInto('meta')
    .values({ key: 'gallery-epoch', value: newId() })
    .onConflict(conflict => conflict.column('key').doNothing())
    .execute();
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'gallery-epoch')
    .executeTakeFirstOrThrow();
  return row.value;
}
