import { type GalleryChange, type GalleryPerson, galleryDigest, open, seal } from '../../protocol/index.js';
import type { SqliteDatabase } from './database.js';

interface GalleryRow {
  readonly person_id: string;
  readonly revision: number;
  readonly content_hash: string;
  readonly person: Buffer;
}

/** Persons on disk, each sealed with the device's key and bound to its row. */
export function createGalleryTable({ db, key }: { readonly db: SqliteDatabase; readonly key: Buffer }) {
  const upsert = db.prepare(`
    insert into gallery (person_id, revision, content_hash, person) values (?, ?, ?, ?)
    on conflict (person_id) do update set
      revision = excluded.revision, content_hash = excluded.content_hash, person = excluded.person`);
  const remove = db.prepare('delete from gallery where person_id = ?');
  const all = db.prepare<[], GalleryRow>('select * from gallery');
  const hashes = db.prepare<[], { personId: string; contentHash: string }>(
    'select person_id as personId, content_hash as contentHash from gallery',
  );
  const ids = db.prepare<[], { id: string }>('select person_id as id from gallery');
  const place = (personId: string, revision: number): string => `gallery|${personId}|${revision}`;
  return {
    /** Gives whether a tombstone removed somebody who was here. */
    apply(change: GalleryChange): boolean {
      if (change.kind === 'tombstone') return remove.run(change.personId).changes > 0;
      const { person, revision, contentHash } = change;
      const plaintext = Buffer.from(JSON.stringify(person));
      const associatedData = place(person.personId, revision);
      upsert.run(person.personId, revision, contentHash, seal({ key, plaintext, associatedData }));
      return false;
    },
    *read(): Iterable<GalleryPerson> {
      for (const row of all.iterate()) {
        const associatedData = place(row.person_id, row.revision);
        yield JSON.parse(open({ key, sealed: row.person, associatedData }).toString()) as GalleryPerson;
      }
    },
    personIds: (): string[] => ids.all().map(row => row.id),
    digest: (): string => galleryDigest(hashes.iterate()),
    clear(): void {
      db.exec('delete from gallery');
    },
  };
}

export type GalleryTable = ReturnType<typeof createGalleryTable>;
