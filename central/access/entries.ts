import type { Evidence } from '../../protocol/index.js';
import type { EntriesQuery, Entry } from '../../protocol/staff/index.js';
import type { AccessEntryRow, Db } from '../db/index.js';
import { decodeCursor, toPage } from '../http/index.js';
import { present } from '../people/index.js';

type Row = AccessEntryRow & {
  access_point_name: string;
  direction: 'in' | 'out';
  person_name: string | null;
  student_number: string | null;
};

const select = (db: Db) =>
  db
    .selectFrom('access_entry')
    .innerJoin('access_point', 'access_point.id', 'access_entry.access_point_id')
    .leftJoin('person', 'person.id', 'access_entry.person_id')
    .selectAll('access_entry')
    .select([
      'access_point.name as access_point_name',
      'access_point.direction',
      'person.name as person_name',
      'person.student_number',
    ]);

export async function readEntry(db: Db, id: string): Promise<Entry> {
  return toEntry(await select(db).where('access_entry.id', '=', id).executeTakeFirstOrThrow());
}

/** Newest first, by the device's time. Errors: `bad_cursor`. */
export async function listEntries(
  db: Db,
  query: EntriesQuery,
): Promise<{ items: Entry[]; nextCursor?: string }> {
  let rows = select(db)
    .orderBy('access_entry.at', 'desc')
    .orderBy('access_entry.id', 'desc')
    .limit(query.limit + 1);
  const { accessPointId, personId, decision, from, to, cursor } = query;
  if (accessPointId !== undefined) rows = rows.where('access_entry.access_point_id', '=', accessPointId);
  if (personId !== undefined) rows = rows.where('access_entry.person_id', '=', personId);
  if (decision !== undefined) rows = rows.where('access_entry.decision', '=', decision);
  if (from !== undefined) rows = rows.where('access_entry.at', '>=', new Date(from).toISOString());
  if (to !== undefined) rows = rows.where('access_entry.at', '<', new Date(to).toISOString());
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor);
    rows = rows.where(eb =>
      eb.or([
        eb('access_entry.at', '<', at),
        eb.and([eb('access_entry.at', '=', at), eb('access_entry.id', '<', id)]),
      ]),
    );
  }
  return toPage(await rows.execute(), query.limit, toEntry, row => [row.at, row.id]);
}

function toEntry(row: Row): Entry {
  return {
    id: row.id,
    at: row.at,
    receivedAt: row.received_at,
    deviceId: row.device_id,
    accessPointId: row.access_point_id,
    accessPointName: row.access_point_name,
    direction: row.direction,
    decision: row.decision,
    reason: row.reason,
    ...present('personId', row.person_id),
    ...present('personName', row.person_name),
    ...present('studentNumber', row.student_number),
    evidence: JSON.parse(row.evidence) as Evidence,
  };
}
