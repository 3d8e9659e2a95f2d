import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventEnvelope, type GalleryPerson, loadOrCreateKey } from '../../protocol/index.js';
import { dayIn } from '../calendar.js';
import type { Clock, Log, Store } from '../contracts.js';
import { codedError, openDatabase, type SqliteDatabase, setAside, truncateLog } from './database.js';
import { storeErrors } from './errors.js';
import { createGalleryTable } from './gallery-table.js';
import { createMeta } from './meta.js';
import { createOrders } from './orders.js';
import { createOutbox } from './outbox.js';
import { applyPage } from './pages.js';
import { createShifts } from './shifts.js';
import { createTries } from './tries.js';

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
  readonly log?: Log;
  /** Opens the file; tests bring a disk of their own. */
  readonly open?: (path: string) => SqliteDatabase;
}

const fileName = 'edge.db';

export interface OpenStore extends Store {
  /** Epoch, revision and settings' hash to ask central with, and the digest of what is held. */
  position(): { readonly revision: number; readonly settingsHash?: string };
  digest(): string;
  /** Forgets the cursor, not the persons: the next pull fetches the whole gallery. */
  requestSnapshot(): void;
  /** The events are of this device from now on. Of another one than before: unsent events begin a new chain. */
  adopt(deviceId: string): void;
  /** Central has lost what it had acknowledged: sends it again from a sequence on. False when it is no longer kept. */
  requeueFrom(sequence: number): boolean;
}

/** Puts a damaged store's files beside, so that the next start makes a new one. Gives where they are now. */
export function setStoreAside(folder: string, now_ms: number): string {
  return setAside(join(folder, fileName), new Date(now_ms).toISOString());
}

/**
 * Opens the device's store and fills the memory gallery from it. Persons that cannot be unsealed are fetched anew.
 * @throws store_corrupt, store_newer, disk_full, key_malformed
 */
export function openStore({
  folder,
  clock,
  newId,
  bootId,
  clockTrusted,
  gallery,
  log,
  open = openDatabase,
}: StoreNeeds): OpenStore {
  const path = join(folder, fileName);
  const writing = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      throw codedError(error, path);
    }
  };
  writing(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const key = writing(() => loadOrCreateKey(join(folder, 'gallery.key')));
  const db = open(path);
  const stamp = (): Pick<EventEnvelope, 'at' | 'bootId' | 'monotonic_ms' | 'clockTrusted'> => ({
    at: new Date(clock.now_ms()).toISOString(),
    bootId,
    monotonic_ms: Math.max(0, Math.round(clock.monotonic_ms())),
    clockTrusted: clockTrusted(),
  });
  const outbox = createOutbox({ db, newId, stamp });
  const orders = createOrders(db);
  const shifts = createShifts(db);
  const tries = createTries(db, clock);
  const table = createGalleryTable({ db, key });
  const meta = createMeta(db, key);
  const atomically = <T>(work: () => T): T => writing(() => db.transaction(work).immediate());
  const now = (): string => new Date(clock.now_ms()).toISOString();
  const timeZone = (): string => meta.settings()?.settings.till?.timeZone ?? 'UTC';

  const requestSnapshot = (): void =>
    meta.setCursor({ ...meta.cursor(), revision: 0, snapshot: meta.newSnapshot() });

  const broken: string[] = [];
  for (const person of table.read(broken)) gallery.upsert(person);
  if (broken.length > 0) {
    log?.error({ persons: broken.length }, 'persons on disk do not open with the key and are fetched anew');
    atomically(() => {
      for (const personId of broken) table.remove(personId);
      requestSnapshot();
    });
  }
  gallery.setRevision(meta.cursor().revision);

  return {
    append: body => atomically(() => outbox.append(body)),
    confirmOrder: (orderId, body) =>
      atomically(() => {
        const envelope = outbox.append(body);
        const { personId, amount_minor, currency, mode, confirmedAt } = body;
        const meal = { orderId, personId, amount_minor, mode };
        const day = dayIn(timeZone(), Date.parse(confirmedAt));
        orders.confirm({ ...meal, eventId: envelope.id, day, paidAt_ms: clock.now_ms() }, now());
        shifts.serve({ ...meal, currency, paidAt: confirmedAt });
        return envelope;
      }),
    putOrder: order => atomically(() => orders.put(order)),
    order: orders.order,
    unfinishedOrders: orders.unfinished,
    exposure: orders.exposure,
    shift: shifts.current,
    openShift: ({ shiftId, cashier, openedAt }) => atomically(() => shifts.open(shiftId, cashier, openedAt)),
    closeShift: ({ tillId, currency, closedAt }) =>
      atomically(() => {
        const closed = shifts.close(tillId, currency, closedAt);
        outbox.append(closed);
        return closed;
      }),
    served: shifts.served,
    recentlyServed: shifts.recent,
    refundMeal: (orderId, { tillId, refundedAt }) =>
      atomically(() => {
        const meal = shifts.refund(orderId, refundedAt);
        const { amount_minor, currency } = meal;
        const cashier = shifts.current()?.cashier;
        outbox.append({
          ...{ kind: 'meal-refund', orderId, tillId, amount_minor, currency, refundedAt },
          ...(cashier !== undefined && { cashier }),
        });
        return meal;
      }),
    outbox: {
      depth: outbox.depth,
      lastSequence: outbox.lastSequence,
      next: outbox.next,
      settle: results =>
        atomically(() => {
          for (const { id, outcome } of results) if (outcome !== 'quarantined') orders.acknowledge(id);
          orders.prune(outbox.settle(results, now()));
        }),
    },
    takeCode: (codeId, orderId) => atomically(() => tries.takeCode(codeId, orderId)),
    wrongPins: tries.wrongPins,
    noteWrongPins: (personId, count) => atomically(() => tries.noteWrongPins(personId, count)),
    applyPage(page) {
      const applied = atomically(() => applyPage({ page, meta, table, append: outbox.append }));
      // Memory follows the disk, never the other way round.
      for (const person of applied.upserts) gallery.upsert(person);
      for (const personId of applied.removed) gallery.remove(personId);
      if (applied.removed.length > 0 || applied.faceless > 0) truncateLog(db);
      if (applied.kind === 'restart') return;
      gallery.setRevision(page.revision);
      if (applied.kind === 'mismatch') throw storeErrors.digest_mismatch({ revision: page.revision });
    },
    settings: () => meta.settings()?.settings,
    position() {
      const hash = meta.settings()?.hash;
      return { revision: meta.cursor().revision, ...(hash === undefined ? {} : { settingsHash: hash }) };
    },
    digest: () => table.digest(),
    requestSnapshot: () => atomically(requestSnapshot),
    adopt: deviceId =>
      atomically(() => {
        const before = meta.deviceId();
        if (before === deviceId) return;
        meta.setDeviceId(deviceId);
        if (before === undefined) return;
        outbox.rebase();
        requestSnapshot();
      }),
    requeueFrom: sequence => atomically(() => outbox.requeueFrom(sequence)),
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
