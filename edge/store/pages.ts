import type { ChangesPage, DeviceSettings, EventBody } from '../../protocol/index.js';
import type { SqliteDatabase } from './database.js';
import { storeErrors } from './errors.js';
import type { GalleryTable } from './gallery-table.js';

/** How far a device has followed its gallery. */
export interface Cursor {
  readonly epoch: string;
  readonly revision: number;
  /** Set while the whole gallery is fetched anew; persons not seen by its end are dropped. */
  readonly snapshot: boolean;
}

/** What a page changed, for the gallery in memory. */
export interface AppliedPage {
  /** Not applied: it belongs to another history than the one followed so far, which is now read from its beginning. */
  readonly restarted: boolean;
  readonly upserts: ChangesPage['changes'];
  readonly removed: readonly string[];
}

export function createMeta(db: SqliteDatabase) {
  const get = db.prepare<[string], { value: string }>('select value from meta where key = ?');
  const put = db.prepare(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
  );
  const read = <T>(key: string): T | undefined => {
    const row = get.get(key);
    return row && (JSON.parse(row.value) as T);
  };
  return {
    cursor: (): Cursor => read<Cursor>('cursor') ?? { epoch: '', revision: 0, snapshot: false },
    setCursor: (cursor: Cursor): unknown => put.run('cursor', JSON.stringify(cursor)),
    seen: (): string[] => read<string[]>('snapshot-seen') ?? [],
    setSeen: (ids: readonly string[]): unknown => put.run('snapshot-seen', JSON.stringify(ids)),
    settings: (): { settings: DeviceSettings; hash: string } | undefined => read('settings'),
    setSettings: (settings: DeviceSettings, hash: string): unknown =>
      put.run('settings', JSON.stringify({ settings, hash })),
    probe: (): unknown => put.run('probe', JSON.stringify('x'.repeat(4096))),
  };
}

export type Meta = ReturnType<typeof createMeta>;

/**
 * Applies one page inside of the caller's transaction. Another epoch begins anew from revision 0 without forgetting anybody
 * until the last page has come; an older revision is refused; a digest that differs at the end asks for the whole gallery.
 */
export function applyPage(options: {
  readonly page: ChangesPage;
  readonly meta: Meta;
  readonly table: GalleryTable;
  readonly append: (body: EventBody) => unknown;
}): AppliedPage {
  const { page, meta, table, append } = options;
  const held = meta.cursor();
  const fresh = held.epoch !== page.epoch;
  if (fresh && held.revision > 0) {
    meta.setSeen([]);
    meta.setCursor({ epoch: page.epoch, revision: 0, snapshot: true });
    return { restarted: true, upserts: [], removed: [] };
  }
  const cursor: Cursor = fresh
    ? { epoch: page.epoch, revision: 0, snapshot: held.epoch !== '' || table.personIds().length > 0 }
    : held;
  if (!fresh && page.revision < cursor.revision) {
    throw storeErrors.gallery_rollback({ offered: page.revision, held: cursor.revision });
  }
  const removed: string[] = [];
  const erase = (personId: string, revision: number): void => {
    removed.push(personId);
    append({ kind: 'erasure', personId, revision });
  };
  const seen = new Set(cursor.snapshot ? meta.seen() : []);
  for (const change of page.changes) {
    if (change.kind === 'tombstone') {
      if (table.apply(change)) erase(change.personId, change.revision);
      seen.delete(change.personId);
    } else {
      table.apply(change);
      seen.add(change.person.personId);
    }
  }
  if (cursor.snapshot && !page.more) {
    for (const personId of table.personIds().filter(id => !seen.has(id))) {
      table.apply({ kind: 'tombstone', personId, revision: Math.max(1, page.revision) });
      erase(personId, Math.max(1, page.revision));
    }
  }
  const stillSnapshot = cursor.snapshot && page.more;
  meta.setSeen(stillSnapshot ? [...seen] : []);
  meta.setCursor({ epoch: page.epoch, revision: page.revision, snapshot: stillSnapshot });
  meta.setSettings(page.settings, page.settingsHash);
  return { restarted: false, upserts: page.changes.filter(change => change.kind === 'upsert'), removed };
}
