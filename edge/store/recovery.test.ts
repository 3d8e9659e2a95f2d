import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ChangesPage,
  contentHash,
  type EventEnvelope,
  encodeVector,
  envelopeIsIntact,
  type GalleryPerson,
  galleryDigest,
  newId,
  zeroHash,
} from '../../protocol/index.js';
import { createGallery } from '../gallery/index.js';
import { type OpenStore, openStore, setStoreAside } from './index.js';

let folder: string;
let store: OpenStore;
let gallery: ReturnType<typeof createGallery>;

function open(): OpenStore {
  gallery = createGallery({ packId: 'pack', dimension: 4 });
  const clock = { now_ms: () => Date.parse('2026-09-01T04:00:00Z'), monotonic_ms: () => 5 };
  return openStore({ folder, clock, newId, bootId: newId(), clockTrusted: () => true, gallery });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porter-recovery-'));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const personOf = (number: number): GalleryPerson => ({
  personId: `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`,
  studentNumber: `S${number}`,
  displayName: `Person ${number}`,
  status: 'active',
  templates: [
    {
      templateId: newId(),
      packId: 'pack',
      quality: 1,
      vector: encodeVector(Float32Array.of(1, 0, 0, 0)),
    },
  ],
});
const [ann, bob] = [personOf(1), personOf(2)] as const;
const upsert = (person: GalleryPerson, revision: number) =>
  ({ kind: 'upsert', revision, contentHash: contentHash(person), person }) as const;
const digestOf = (...people: GalleryPerson[]) =>
  galleryDigest(people.map(one => ({ personId: one.personId, contentHash: contentHash(one) })));
const page = (change: Partial<ChangesPage>): ChangesPage => ({
  ...{ purpose: 'door', epoch: '11111111-1111-7111-8111-111111111111', changes: [], revision: 0 },
  ...{ more: false, settings: { campus: 'Campus' }, settingsHash: contentHash('settings') },
  ...{ serverTime: '2026-09-01T04:00:00.000Z', ...change },
});
const coded = (code: string) => expect.objectContaining({ code });
const append = () => store.append({ kind: 'erasure', personId: ann.personId, revision: 1 });
const settleAll = (events: readonly EventEnvelope[]) =>
  store.outbox.settle(events.map(({ id, sequence }) => ({ id, sequence, outcome: 'stored' })));

describe('central that is wrong', () => {
  test('a person who does not match the hash, or a change that is not of the page, leaves nothing behind', () => {
    const forged = { ...upsert(ann, 1), person: { ...ann, status: 'blocked' as const } };
    for (const wrong of [
      page({ changes: [forged], revision: 1 }),
      page({ changes: [upsert(bob, 1), upsert(ann, 9)], revision: 5 }),
      page({ changes: [], revision: 0, more: true }),
    ]) {
      expect(() => store.applyPage(wrong)).toThrow(coded('page_inconsistent'));
    }
    expect(gallery.persons).toBe(0);
    expect(store.position()).toEqual({ revision: 0 });
  });

  test('a whole gallery that ends before the revision already held is refused, and nobody is dropped', () => {
    store.applyPage(page({ changes: [upsert(ann, 8)], revision: 8 }));
    store.requestSnapshot();
    expect(() => store.applyPage(page({ changes: [upsert(bob, 3)], revision: 3 }))).toThrow(
      coded('gallery_rollback'),
    );
    expect(gallery.person(ann.personId)).toBeDefined();
    expect(gallery.person(bob.personId)).toBeUndefined();
  });

  test('a whole gallery with the wrong digest drops nobody and is fetched once more', () => {
    store.applyPage(page({ changes: [upsert(ann, 1), upsert(bob, 2)], revision: 2 }));
    store.requestSnapshot();
    expect(() =>
      store.applyPage(page({ changes: [upsert(bob, 2)], revision: 2, digest: digestOf(ann, bob) })),
    ).toThrow(coded('digest_mismatch'));
    expect(gallery.persons).toBe(2);
    expect(store.outbox.depth()).toBe(0);
    store.applyPage(page({ changes: [upsert(bob, 2)], revision: 2, digest: digestOf(bob) }));
    expect(gallery.persons).toBe(1);
    expect(store.outbox.next(9).map(event => event.body)).toEqual([
      { kind: 'erasure', personId: ann.personId, revision: 2 },
    ]);
  });

  test('a whole gallery goes on after a restart in the middle of it', () => {
    store.applyPage(page({ changes: [upsert(ann, 1)], revision: 3 }));
    store.requestSnapshot();
    store.applyPage(page({ changes: [upsert(bob, 2)], revision: 2, more: true }));
    store.close();
    store = open();
    expect(store.position().revision).toBe(2);
    store.applyPage(page({ revision: 3, digest: digestOf(bob) }));
    expect(gallery.person(ann.personId)).toBeUndefined();
    expect(gallery.person(bob.personId)).toBeDefined();
  });
});

describe('central that lost events', () => {
  test('what it had acknowledged is sent again from where it asks, unchanged', () => {
    const events = [append(), append(), append()];
    settleAll(events);
    expect(store.requeueFrom(2)).toBe(true);
    expect(store.outbox.next(9)).toEqual(events.slice(1));
  });

  test('what is no longer kept cannot be sent again', () => {
    settleAll([append()]);
    expect(store.requeueFrom(7)).toBe(false);
    expect(store.outbox.depth()).toBe(0);
  });

  test('a result of another sequence settles nothing', () => {
    const event = append();
    store.outbox.settle([{ id: event.id, sequence: 9, outcome: 'stored' }]);
    expect(store.outbox.depth()).toBe(1);
  });
});

describe('another identity on the same disk', () => {
  test('unsent events begin a chain of their own; the acknowledged stay with the former device', () => {
    store.adopt('former');
    const [sent, a, b] = [append(), append(), append()];
    settleAll([sent]);
    store.adopt('former');
    expect(store.outbox.next(9)).toEqual([a, b]);
    store.adopt('latter');
    const events = store.outbox.next(9);
    expect(events.map(event => event.id)).toEqual([a.id, b.id]);
    expect(events.map(event => event.sequence)).toEqual([1, 2]);
    expect(events.map(event => event.previousHash)).toEqual([zeroHash, events[0]?.hash]);
    expect(events.every(envelopeIsIntact)).toBe(true);
    expect(append()).toMatchObject({ sequence: 3, previousHash: events[1]?.hash });
    expect(store.requeueFrom(4)).toBe(false);
  });
});

describe('the file', () => {
  test('of the first format is taken over with its events, and the gallery is fetched anew', () => {
    store.applyPage(page({ changes: [upsert(ann, 4)], revision: 4 }));
    const event = append();
    store.close();
    const db = new Database(join(folder, 'edge.db'));
    db.exec(
      'alter table gallery drop column seen_in; drop table shifts; drop table served; drop table used_codes; drop table wrong_pins',
    );
    db.pragma('user_version = 1');
    db.close();
    store = open();
    expect(store.outbox.next(9)).toEqual([event]);
    expect(gallery.person(ann.personId)).toBeDefined();
    expect(store.position().revision).toBe(0);
    store.applyPage(page({ changes: [upsert(bob, 5)], revision: 5, digest: digestOf(bob) }));
    expect(gallery.person(ann.personId)).toBeUndefined();
  });

  test('of a newer Porter is refused, not changed', () => {
    store.close();
    const path = join(folder, 'edge.db');
    const db = new Database(path);
    db.pragma('user_version = 99');
    db.close();
    expect(() => open()).toThrow(coded('store_newer'));
    rmSync(path);
    store = open();
  });

  test('that is damaged is put aside with its log, and the next start is a fresh one', () => {
    append();
    store.close();
    writeFileSync(join(folder, 'edge.db'), 'garbage '.repeat(1000));
    expect(() => open()).toThrow(coded('store_corrupt'));
    const aside = setStoreAside(folder, Date.parse('2026-09-01T04:00:00Z'));
    expect(readFileSync(aside, 'utf8')).toContain('garbage');
    store = open();
    expect(store.outbox.lastSequence()).toBe(0);
  });

  test('keeps its settings sealed; altered or of another key they are fetched anew, those of an older version stay', () => {
    const write = (value: string) => {
      const db = new Database(join(folder, 'edge.db'));
      db.prepare("update meta set value = ? where key = 'settings'").run(value);
      db.close();
    };
    store.applyPage(page({ settings: { campus: 'A campus of its own name' } }));
    expect(store.settings()).toEqual({ campus: 'A campus of its own name' });
    const onDisk = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'));
    expect(onDisk.join()).not.toContain('of its own name');
    write(JSON.stringify(Buffer.alloc(100, 1).toString('base64')));
    expect(store.settings()).toBeUndefined();
    expect(store.position()).toEqual({ revision: 0 });
    write(JSON.stringify({ settings: { campus: 'Older' }, hash: contentHash('older') }));
    expect(store.settings()).toEqual({ campus: 'Older' });
  });

  test('keeps nothing of an erased person, not even in its log', () => {
    store.applyPage(page({ changes: [upsert(ann, 1)], revision: 1 }));
    // The rows are sealed, so the row's hash stands for the row: it is stored as it is.
    const hash = contentHash(ann);
    const holdsRow = () => readdirSync(folder).some(name => readFileSync(join(folder, name)).includes(hash));
    expect(holdsRow()).toBe(true);
    store.applyPage(
      page({ changes: [{ kind: 'tombstone', revision: 2, personId: ann.personId }], revision: 2 }),
    );
    expect(holdsRow()).toBe(false);
  });
});
