import { type ChangesPage, contentHash, type EventBody, type GalleryPerson } from '../../protocol/index.js';
import { storeErrors } from './errors.js';
import type { GalleryTable } from './gallery-table.js';
import type { Cursor, Meta } from './meta.js';

/** What a page changed, for the gallery in memory. */
export interface AppliedPage {
  readonly upserts: readonly GalleryPerson[];
  readonly removed: readonly string[];
  /** How many lost their templates and stay without. */
  readonly faceless: number;
  /**
   * `restart`: nothing was applied, the page belongs to another history than the one followed so far, which is now read from its
   * beginning. `mismatch`: applied, but the digest differs; the whole gallery is asked for.
   */
  readonly kind: 'applied' | 'restart' | 'mismatch';
}

/**
 * Applies one page inside of the caller's transaction. Another epoch begins anew from revision 0 without forgetting anybody
 * until the last page has come with the right digest. Errors: gallery_rollback, page_inconsistent.
 */
export function applyPage(options: {
  readonly page: ChangesPage;
  readonly meta: Meta;
  readonly table: GalleryTable;
  readonly append: (body: EventBody) => unknown;
}): AppliedPage {
  const { page, meta, table, append } = options;
  const held = meta.cursor();
  const isOther = held.epoch !== page.epoch;
  if (isOther && held.revision > 0) {
    meta.setCursor({ epoch: page.epoch, revision: 0, snapshot: meta.newSnapshot(), floor: 0 });
    return { kind: 'restart', upserts: [], removed: [], faceless: 0 };
  }
  const cursor = isOther ? firstCursor(page, held, options) : held;
  refuseInconsistent(page, cursor);

  const upserts: GalleryPerson[] = [];
  const removed: string[] = [];
  let faceless = 0;
  const erased = (personId: string, revision: number): void => {
    removed.push(personId);
    append({ kind: 'erasure', personId, revision });
  };
  for (const change of page.changes) {
    const lostTemplates = table.apply(change, cursor.snapshot || 0);
    if (change.kind === 'upsert') {
      upserts.push(change.person);
      if (!lostTemplates) continue;
      faceless += 1;
      append({ kind: 'erasure', personId: change.person.personId, revision: change.revision });
    } else if (lostTemplates) erased(change.personId, change.revision);
  }
  meta.setSettings(page.settings, page.settingsHash);
  if (page.more) {
    meta.setCursor({ ...cursor, revision: page.revision });
    return { kind: 'applied', upserts, removed, faceless };
  }
  const digest = table.digest(cursor.snapshot || undefined);
  if (page.digest !== undefined && page.digest !== digest) {
    meta.setCursor({ ...cursor, revision: 0, snapshot: meta.newSnapshot() });
    return { kind: 'mismatch', upserts, removed, faceless };
  }
  for (const personId of cursor.snapshot ? table.notSeenIn(cursor.snapshot) : []) {
    table.remove(personId);
    erased(personId, Math.max(1, page.revision));
  }
  meta.setCursor({ epoch: page.epoch, revision: page.revision, snapshot: false, floor: page.revision });
  return { kind: 'applied', upserts, removed, faceless };
}

/** Where a history begins: with a fetching of the whole gallery when there is something that it may not contain. */
function firstCursor(
  page: ChangesPage,
  held: Cursor,
  { meta, table }: { readonly meta: Meta; readonly table: GalleryTable },
): Cursor {
  const needsSnapshot = held.snapshot !== false || !table.isEmpty();
  const snapshot = needsSnapshot ? meta.newSnapshot() : false;
  return { epoch: page.epoch, revision: 0, snapshot, floor: 0 };
}

function refuseInconsistent(page: ChangesPage, cursor: Cursor): void {
  const { revision, changes, more } = page;
  if (revision < cursor.revision || (!more && revision < cursor.floor)) {
    throw storeErrors.gallery_rollback({ offered: revision, held: Math.max(cursor.revision, cursor.floor) });
  }
  const inconsistent = (problem: string): Error => storeErrors.page_inconsistent({ revision, problem });
  if (more && revision === cursor.revision) throw inconsistent('no progress');
  for (const change of changes) {
    if (change.revision <= cursor.revision || change.revision > revision) {
      throw inconsistent(`change ${change.revision} is not of this page`);
    }
    if (change.kind === 'upsert' && contentHash(change.person) !== change.contentHash) {
      throw inconsistent(`person ${change.person.personId} does not match its hash`);
    }
  }
}
