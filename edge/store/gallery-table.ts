import {
  type GalleryChange,
  type GalleryPerson,
  galleryDigest,
  open,
  PorterError,
  seal,
} from '../../protocol/index.js';
import type { SqliteDatabase } from './database.js';

interface GalleryRow {
  readonly person_id: string;
  readonly revision: number;
  readonly person: Buffer;
}

interface HashRow {
  readonly personId: string;
  readonly contentHash: string;
}

/** Persons on disk, each sealed as a whole (templates with their pack's id) and bound to its person and revision. */
export function createGalleryTable({ db, key }: { readonly db: SqliteDatabase; readonly key: Buffer }) {
  const upsert = db.prepare(`
    insert into gallery (person_id, revision, content_hash, person, seen_in) values (?, ?, ?, ?, ?)
    on conflict (person_id) do update set revision = excluded.revision,
      content_hash = excluded.content_hash, person = excluded.person, seen_in = excluded.seen_in`);
  const remove = db.prepare('delete from gallery where person_id = ?');
  const all = db.prepare<[], GalleryRow>('select person_id, revision, person from gallery');
  const one = db.prepare<[string], GalleryRow>(
    'select person_id, revision, person from gallery where person_id = ?',
  );
  const hashes = db.prepare<[], HashRow>(
    'select person_id as personId, content_hash as contentHash from gallery',
  );
  const hashesSeen = db.prepare<[number], HashRow>(
    'select person_id as personId, content_hash as contentHash from gallery where seen_in = ?',
  );
  const unseen = db.prepare<[number], { id: string }>(
    'select person_id as id from gallery where seen_in <> ?',
  );
  const some = db.prepare('select 1 from gallery limit 1');
  const place = (personId: string, revision: number): string => `gallery|${personId}|${revision}`;
  const openRow = (row: GalleryRow): GalleryPerson | undefined => {
    try {
      const associatedData = place(row.person_id, row.revision);
      return JSON.parse(open({ key, sealed: row.person, associatedData }).toString()) as GalleryPerson;
    } catch (error) {
      if (error instanceof PorterError) return undefined;
      throw error;
    }
  };
  /** What does not open may have been a face. */
  const hadTemplates = (personId: string): boolean => {
    const row = one.get(personId);
    return row !== undefined && openRow(row)?.templates.length !== 0;
  };
  return {
    /** `seenIn`: the fetching of the whole gallery that it is part of, 0 if none. Gives whether it took templates, or somebody, away. */
    apply(change: GalleryChange, seenIn: number): boolean {
      if (change.kind === 'tombstone') return remove.run(change.personId).changes > 0;
      const { person, revision, contentHash } = change;
      const plaintext = Buffer.from(JSON.stringify(person));
      const wasFace = person.templates.length === 0 && hadTemplates(person.personId);
      const associatedData = place(person.personId, revision);
      const sealed = seal({ key, plaintext, associatedData });
      upsert.run(person.personId, revision, contentHash, sealed, seenIn);
      return wasFace;
    },
    remove: (personId: string): void => void remove.run(personId),
    /** Everybody; `broken` gets the ids of rows that were altered or sealed with another key. */
    *read(broken: string[]): Iterable<GalleryPerson> {
      for (const row of all.iterate()) {
        const person = openRow(row);
        if (person) yield person;
        else broken.push(row.person_id);
      }
    },
    isEmpty: (): boolean => some.get() === undefined,
    notSeenIn: (snapshot: number): string[] => unseen.all(snapshot).map(row => row.id),
    /** Of those seen in a fetching of the whole gallery, or of everybody. */
    digest: (snapshot?: number): string =>
      galleryDigest(snapshot === undefined ? hashes.iterate() : hashesSeen.iterate(snapshot)),
  };
}

export type GalleryTable = ReturnType<typeof createGalleryTable>;
