import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventEnvelope, type GalleryPerson, loadOrCreateKey } from '../../protocol/index.js';
import type { Clock, Store } from '../contracts.js';
import { openDatabase, writing } from './database.js';
import { storeErrors } from './errors.js';
import { createGalleryTable } from './gallery-table.js';
import { createOrders } from './orders.js';
import { createOutbox } from './outbox.js';
import { applyPage, createMeta } from './pages.js';

/** Room that must be left before something new is begun: some hundred orders with their meals. */
const reserve_bytes = 256 * 1024;

/** The gallery in memory, kept in step with the disk. */
export interface GallerySink {
  upsert(person: GalleryPerson): void;
  remove(personId: string): void;
  setRevision(revision: number): void;
}

export interface StoreNeeds {
  /** Holds `edge.db` and `gallery.key`; made when it is not there. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now_ms' | 'monotonic_ms'>;
  readonly newId: () => string;
  /** New at every start of the process. */
  readonly bootId: string;
  readonly clockTrusted: () => boolean;
  readonly gallery: GallerySink;
}

export interface OpenStore extends Store {
  /** Epoch, revision and settings' hash to ask central with, and the digest of what is held. */
  position(): { readonly revision: number; readonly settingsHash?: string };
  digest(): string;
  /** Forgets the cursor, not the persons: the next pull fetches the whole gallery. */
  requestSnapshot(): void;
}

/** Opens the device's store and fills the memory gallery from it. @throws store_corrupt, store_newer, disk_full */
export function openStore({ folder, clock, newId, bootId, clockTrusted, gallery }: StoreNeeds): OpenStore {
  writing(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const key = loadOrCreateKey(join(folder, 'gallery.key'));
  const db = openDatabase(join(folder, 'edge.db'));
  const stamp = (): Pick<EventEnvelope, 'at' | 'bootId' | 'monotonic_ms' | 'clockTrusted'> => ({
    at: new Date(clock.now_ms()).toISOString(),
    bootId,
    monotonic_ms: Math.max(0, Math.round(clock.monotonic_ms())),
    clockTrusted: clockTrusted(),
  });
  const outbox = createOutbox({ db, newId, stamp });
  const orders = createOrders(db);
  const table = createGalleryTable({ db, key });
  const meta = createMeta(db);
  const atomically = <T>(work: () => T): T => writing(() => db.transaction(work).immediate());
  const now = (): string => new Date(clock.now_ms()).toISOString();

  for (const person of table.read()) gallery.upsert(person);
  gallery.setRevision(meta.cursor().revision);

  return {
    append: body => atomically(() => outbox.append(body)),
    confirmOrder: (orderId, body) =>
      atomically(() => {
        const envelope = outbox.append(body);
        const { personId, amount_minor, mode, confirmedAt } = body;
        const meal = { orderId, eventId: envelope.id, personId, amount_minor, mode };
        orders.confirm({ ...meal, day: confirmedAt.slice(0, 10), paidAt_ms: clock.now_ms() }, now());
        return envelope;
      }),
    putOrder: order => atomically(() => orders.put(order)),
    order: orders.order,
    unfinishedOrders: orders.unfinished,
    exposure: orders.exposure,
    outbox: {
      depth: outbox.depth,
      lastSequence: outbox.lastSequence,
      next: outbox.next,
      settle: results =>
        atomically(() => {
          for (const { id, outcome } of results) if (outcome !== 'quarantined') orders.acknowledge(id);
          outbox.settle(results, now());
        }),
    },
    applyPage(page) {
      const applied = atomically(() => applyPage({ page, meta, table, append: outbox.append }));
      if (applied.restarted) return;
      // Memory follows the disk, never the other way round.
      for (const change of applied.upserts) if (change.kind === 'upsert') gallery.upsert(change.person);
      for (const personId of applied.removed) gallery.remove(personId);
      gallery.setRevision(page.revision);
      if (page.digest !== undefined && page.digest !== table.digest()) {
        this.requestSnapshot();
        throw storeErrors.digest_mismatch({ revision: page.revision });
      }
    },
    settings: () => meta.settings()?.settings,
    position() {
      const hash = meta.settings()?.hash;
      return { revision: meta.cursor().revision, ...(hash === undefined ? {} : { settingsHash: hash }) };
    },
    digest: table.digest,
    requestSnapshot: () =>
      atomically(() => {
        meta.setSeen([]);
        meta.setCursor({ ...meta.cursor(), revision: 0, snapshot: true });
      }),
    writable() {
      try {
        // Both: a write may still fit into the log's old pages when the disk has no room for the next order.
        atomically(() => meta.probe());
        const { bavail, bsize } = statfsSync(folder);
        return bavail * bsize >= reserve_bytes;
      } catch {
        return false;
      }
    },
    close: () => {
      db.close();
    },
  };
}
