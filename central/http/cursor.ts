import { httpErrors } from './errors.js';

/** A keyset cursor: the sort values of the page's last row, opaque to the caller. */
export function encodeCursor(...keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Errors: `bad_cursor`. */
export function decodeCursor(cursor: string): readonly [string, string] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(keys) && typeof keys[0] === 'string' && typeof keys[1] === 'string') {
      return [keys[0], keys[1]];
    }
  } catch {
    // Reported below, together with cursors of another form.
  }
  throw httpErrors.bad_cursor();
}

/** Cuts a list that was read with one row more than the page holds. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  key: (row: Row) => readonly [string, string],
): { items: Item[]; nextCursor?: string } {
  const items = rows.slice(0, limit).map(item);
  const last = rows[limit - 1];
  return rows.length > limit && last ? { items, nextCursor: encodeCursor(...key(last)) } : { items };
}
