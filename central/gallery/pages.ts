import {
  type ChangesPage,
  type DevicePurpose,
  type GalleryChange,
  galleryDigest,
} from '../../protocol/index.js';
import type { Db, GalleryEntryRow, Trx } from '../db/index.js';
import { type GalleryBody, personOf } from './content.js';
import { counterOf } from './refresh.js';
import type { Vault } from './vault.js';
import { loadVectors } from './vectors.js';

export type GalleryPage = Pick<ChangesPage, 'changes' | 'revision' | 'more' | 'digest'>;

export async function readRevision(db: Db, purpose: DevicePurpose): Promise<number> {
  const row = await db
    .selectFrom('counter')
    .select('value')
    .where('name', '=', counterOf(purpose))
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Galleries' digests by revision; a digest over ten thousand persons is computed once per change. */
export interface Digests {
  at(db: Db, purpose: DevicePurpose, revision: number): Promise<string>;
}

const keptDigests = 16;

export function createDigests(): Digests {
  const kept = new Map<string, string>();
  return {
    at: async (db, purpose, revision) => {
      const key = `${purpose}:${revision}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const rows = await db
        .selectFrom('gallery_entry')
        .select(['person_id', 'content_hash'])
        .where('purpose', '=', purpose)
        .where('state', '=', 'present')
        .execute();
      const digest = galleryDigest(
        rows.map(row => ({ personId: row.person_id, contentHash: row.content_hash })),
      );
      kept.set(key, digest);
      for (const oldest of kept.keys()) {
        if (kept.size <= keptDigests) break;
        kept.delete(oldest);
      }
      return digest;
    },
  };
}

/** Reads from one snapshot of the database, so that the digest belongs to the page's revision. */
export async function readPage(
  db: Db,
  needs: { vault: Vault; digests: Digests },
  query: { purpose: DevicePurpose; after: number; limit: number },
): Promise<GalleryPage> {
  const { purpose, after, limit } = query;
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async trx => {
      const current = await readRevision(trx, purpose);
      const rows = await trx
        .selectFrom('gallery_entry')
        .selectAll()
        .where('purpose', '=', purpose)
        .where('revision', '>', after)
        .orderBy('revision')
        .limit(limit + 1)
        .execute();
      const changes = await toChanges(trx, needs.vault, rows.slice(0, limit));
      if (rows.length > limit) {
        return { changes, revision: changes.at(-1)?.revision ?? after, more: true };
      }
      const digest = await needs.digests.at(trx, purpose, current);
      return { changes, revision: current, more: false, digest };
    });
}

async function toChanges(trx: Trx, vault: Vault, rows: readonly GalleryEntryRow[]): Promise<GalleryChange[]> {
  const bodies = new Map<string, GalleryBody>();
  for (const row of rows) {
    if (row.state === 'present') bodies.set(row.person_id, JSON.parse(row.body) as GalleryBody);
  }
  const vectorOf = await loadVectors(trx, vault, [...bodies.values()]);
  return rows.map(row => {
    const body = bodies.get(row.person_id);
    return body === undefined
      ? { kind: 'tombstone', revision: row.revision, personId: row.person_id }
      : {
          kind: 'upsert',
          revision: row.revision,
          contentHash: row.content_hash,
          person: personOf(body, vectorOf),
        };
  });
}
