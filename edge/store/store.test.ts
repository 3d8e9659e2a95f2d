import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ChangesPage,
  contentHash,
  encodeVector,
  envelopeIsIntact,
  type GalleryPerson,
  galleryDigest,
  type MealEvent,
  newId,
  zeroHash,
} from '../../protocol/index.js';
import { createGallery } from '../gallery/index.js';
import { type OpenStore, openStore } from './index.js';

let folder: string;
let store: OpenStore;
let gallery: ReturnType<typeof createGallery>;
let now_ms = Date.parse('2026-09-01T04:00:00Z');

function open(): OpenStore {
  gallery = createGallery({ packId: 'pack', dimension: 4 });
  return openStore({
    folder,
    clock: { now_ms: () => now_ms, monotonic_ms: () => 5 },
    newId,
    bootId: newId(),
    clockTrusted: () => true,
    gallery,
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porter-store-'));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const person = (name: string, axis: number): GalleryPerson => ({
  personId: `00000000-0000-7000-8000-00000000000${axis}`,
  studentNumber: name,
  displayName: name,
  status: 'active',
  templates: [
    {
      templateId: randomUUID(),
      packId: 'pack',
      quality: 1,
      vector: encodeVector(Float32Array.from([0, 1, 2, 3], i => (i === axis ? 1 : 0))),
    },
  ],
});

const upsert = (one: GalleryPerson, revision: number) =>
  ({ kind: 'upsert', revision, contentHash: contentHash(one), person: one }) as const;

const epoch = '11111111-1111-7111-8111-111111111111';
function page(change: Partial<ChangesPage>): ChangesPage {
  return {
    purpose: 'door',
    epoch,
    changes: [],
    revision: 0,
    more: false,
    settings: { campus: 'Campus' },
    settingsHash: contentHash('settings'),
    serverTime: '2026-09-01T04:00:00.000Z',
    ...change,
  };
}
const digestOf = (...people: GalleryPerson[]) =>
  galleryDigest(people.map(one => ({ personId: one.personId, contentHash: contentHash(one) })));
const ann = person('ann', 0);
const bob = person('bob', 1);
const probe = (axis: number) => Float32Array.from([0, 1, 2, 3], i => (i === axis ? 1 : 0));

describe('the outbox', () => {
  const erasure = { kind: 'erasure', personId: ann.personId, revision: 1 } as const;

  test('numbers its events without a gap and chains them, over a restart too', () => {
    store.append(erasure);
    store.append(erasure);
    store.close();
    store = open();
    store.append(erasure);
    const events = store.outbox.next(10);
    expect(events.map(event => event.sequence)).toEqual([1, 2, 3]);
    expect(events.every(envelopeIsIntact)).toBe(true);
    expect(events.map(event => event.previousHash)).toEqual([zeroHash, events[0]?.hash, events[1]?.hash]);
    expect(new Set(events.map(event => event.bootId)).size).toBe(2);
  });

  test('lets go of what central took, and keeps what it quarantined', () => {
    const [a, b] = [store.append(erasure), store.append(erasure)];
    store.outbox.settle([
      { id: a.id, sequence: a.sequence, outcome: 'duplicate' },
      { id: b.id, sequence: b.sequence, outcome: 'quarantined' },
    ]);
    expect(store.outbox.next(10).map(event => event.id)).toEqual([b.id]);
    expect(store.outbox.lastSequence()).toBe(2);
  });

  test('goes on counting after everything was settled', () => {
    const event = store.append(erasure);
    store.outbox.settle([{ id: event.id, sequence: 1, outcome: 'stored' }]);
    expect(store.outbox.depth()).toBe(0);
    expect(store.append(erasure)).toMatchObject({ sequence: 2, previousHash: event.hash });
  });
});

describe('orders', () => {
  const order = {
    orderId: newId(),
    amount_minor: 1250,
    currency: 'CNY',
    state: 'held' as const,
    personId: ann.personId,
    createdAt: '2026-09-01T04:00:00.000Z',
    updatedAt: '2026-09-01T04:00:00.000Z',
  };
  const meal: MealEvent & { kind: 'meal' } = {
    kind: 'meal',
    orderId: order.orderId,
    tillId: newId(),
    personId: ann.personId,
    amount_minor: 1250,
    currency: 'CNY',
    confirmedAt: '2026-09-01T04:00:00.000Z',
    mode: 'offline',
    evidence: {
      packId: 'pack',
      score: 1,
      margin: 1,
      threshold: 0.5,
      quality: 1,
      galleryRevision: 1,
      galleryPersons: 1,
      frames: 3,
    },
  };

  test('an order is confirmed once: a second attempt appends nothing', () => {
    store.putOrder(order);
    store.confirmOrder(order.orderId, meal);
    expect(() => store.confirmOrder(order.orderId, meal)).toThrow(
      expect.objectContaining({ code: 'order_not_confirmable' }),
    );
    expect(store.outbox.depth()).toBe(1);
  });

  test('an order that was never put, was cancelled, or had another amount is not confirmed', () => {
    expect(() => store.confirmOrder(order.orderId, meal)).toThrow(
      expect.objectContaining({ code: 'order_unknown' }),
    );
    store.putOrder(order);
    expect(() => store.confirmOrder(order.orderId, { ...meal, amount_minor: 1 })).toThrow(
      expect.objectContaining({ code: 'order_not_confirmable' }),
    );
    store.putOrder({ ...order, state: 'cancelled' });
    expect(() => store.confirmOrder(order.orderId, meal)).toThrow(
      expect.objectContaining({ code: 'order_not_confirmable' }),
    );
    expect(store.outbox.depth()).toBe(0);
  });

  test('a confirmed order cannot be cancelled afterwards', () => {
    store.putOrder(order);
    store.confirmOrder(order.orderId, meal);
    store.putOrder({ ...order, state: 'cancelled' });
    expect(store.order(order.orderId)?.state).toBe('confirmed');
  });

  test('exposure counts offline meals until central has them, and the day of a person until it is over', () => {
    store.putOrder(order);
    const event = store.confirmOrder(order.orderId, meal);
    expect(store.exposure().tillTotal_minor).toBe(1250);
    expect(store.exposure().personToday_minor(ann.personId, '2026-09-01')).toBe(1250);
    expect(store.exposure().lastPaidAt_ms(ann.personId)).toBe(now_ms);
    store.outbox.settle([{ id: event.id, sequence: event.sequence, outcome: 'stored' }]);
    expect(store.exposure().tillTotal_minor).toBe(0);
    expect(store.exposure().personToday_minor(ann.personId, '2026-09-01')).toBe(1250);
  });

  test('orders that a power cut left open are found at the next start', () => {
    store.putOrder(order);
    store.close();
    store = open();
    expect(store.unfinishedOrders().map(one => one.orderId)).toEqual([order.orderId]);
  });
});

describe('the gallery', () => {
  test('is searched as soon as its page is applied, and again after a restart', () => {
    store.applyPage(
      page({ changes: [upsert(ann, 1), upsert(bob, 2)], revision: 2, digest: digestOf(ann, bob) }),
    );
    expect(gallery.search(probe(1)).best).toMatchObject({ personId: bob.personId, score: 1 });
    store.close();
    store = open();
    expect(gallery.search(probe(0)).best?.personId).toBe(ann.personId);
    expect(store.position()).toMatchObject({ revision: 2 });
  });

  test('a tombstone removes the person and leaves a receipt; one for a stranger leaves none', () => {
    store.applyPage(page({ changes: [upsert(ann, 1)], revision: 1 }));
    store.applyPage(
      page({
        changes: [
          { kind: 'tombstone', revision: 2, personId: ann.personId },
          { kind: 'tombstone', revision: 3, personId: bob.personId },
        ],
        revision: 3,
        digest: digestOf(),
      }),
    );
    expect(gallery.persons).toBe(0);
    expect(store.outbox.next(10).map(event => event.body)).toEqual([
      { kind: 'erasure', personId: ann.personId, revision: 2 },
    ]);
  });

  test('somebody who stays without a face leaves a receipt for it, once', () => {
    store.applyPage(page({ changes: [upsert(ann, 1)], revision: 1 }));
    const faceless = { ...ann, templates: [] };
    store.applyPage(page({ changes: [upsert(faceless, 2)], revision: 2, digest: digestOf(faceless) }));
    const blocked = { ...faceless, status: 'blocked' as const };
    store.applyPage(page({ changes: [upsert(blocked, 3)], revision: 3, digest: digestOf(blocked) }));
    expect(gallery.persons).toBe(0);
    expect(gallery.person(ann.personId)?.status).toBe('blocked');
    expect(store.outbox.next(10).map(event => event.body)).toEqual([
      { kind: 'erasure', personId: ann.personId, revision: 2 },
    ]);
  });

  test('an older revision is refused', () => {
    store.applyPage(page({ changes: [upsert(ann, 5)], revision: 5 }));
    expect(() => store.applyPage(page({ revision: 4 }))).toThrow(
      expect.objectContaining({ code: 'gallery_rollback' }),
    );
    expect(store.position().revision).toBe(5);
  });

  test('a digest that differs makes the device fetch everything again, and drop who is no longer there', () => {
    store.applyPage(page({ changes: [upsert(ann, 1), upsert(bob, 2)], revision: 2 }));
    expect(() => store.applyPage(page({ revision: 3, digest: digestOf(bob) }))).toThrow(
      expect.objectContaining({ code: 'digest_mismatch' }),
    );
    expect(store.position().revision).toBe(0);
    expect(gallery.persons).toBe(2);
    store.applyPage(page({ changes: [upsert(bob, 2)], revision: 3, digest: digestOf(bob) }));
    expect(gallery.persons).toBe(1);
    expect(gallery.person(ann.personId)).toBeUndefined();
  });

  test('another history is read from its beginning, without forgetting anybody before its end', () => {
    store.applyPage(page({ changes: [upsert(ann, 1)], revision: 7 }));
    const other = '22222222-2222-7222-8222-222222222222';
    store.applyPage(page({ epoch: other, revision: 9, changes: [upsert(bob, 9)] }));
    expect(store.position().revision).toBe(0);
    expect(gallery.person(ann.personId)).toBeDefined();
    store.applyPage(page({ epoch: other, revision: 1, changes: [upsert(bob, 1)], more: true }));
    expect(gallery.person(ann.personId)).toBeDefined();
    store.applyPage(page({ epoch: other, revision: 2, digest: digestOf(bob) }));
    expect(gallery.person(ann.personId)).toBeUndefined();
  });

  test('faces are unreadable without the key, which is for the owner alone; they are fetched anew', () => {
    store.applyPage(page({ changes: [upsert(ann, 1)], revision: 1 }));
    expect(statSync(join(folder, 'gallery.key')).mode & 0o777).toBe(0o600);
    store.close();
    writeFileSync(join(folder, 'gallery.key'), `${'ab'.repeat(32)}\n`);
    store = open();
    expect(gallery.person(ann.personId)).toBeUndefined();
    expect(store.position().revision).toBe(0);
  });
});

test('a file that is no database is named, and not overwritten', () => {
  store.close();
  const path = join(folder, 'edge.db');
  rmSync(`${path}-wal`, { force: true });
  writeFileSync(path, 'garbage '.repeat(1000));
  expect(() => open()).toThrow(
    expect.objectContaining({ code: 'store_corrupt', params: expect.objectContaining({ path }) }),
  );
  expect(statSync(path).size).toBe(8000);
  rmSync(folder, { recursive: true });
  store = open();
});

test('a clock that jumps back changes neither the order of events nor their chain', () => {
  const first = store.append({ kind: 'erasure', personId: ann.personId, revision: 1 });
  now_ms -= 86_400_000;
  const second = store.append({ kind: 'erasure', personId: ann.personId, revision: 1 });
  now_ms += 86_400_000;
  expect(second).toMatchObject({ sequence: 2, previousHash: first.hash });
  expect(Date.parse(second.at)).toBeLessThan(Date.parse(first.at));
});
