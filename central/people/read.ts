import { maskName, type Purpose } from '../../protocol/index.js';
import type {
  ConsentState,
  DeviceReach,
  PeopleQuery,
  Person,
  PersonSummary,
} from '../../protocol/staff/index.js';
import type { Db, PersonRow, Trx } from '../db/index.js';
import { decodeCursor, toPage } from '../http/index.js';
import { peopleErrors } from './errors.js';

const purposes = ['door', 'payment', 'attendance'] as const satisfies readonly Purpose[];

/** Errors: `person_not_found`. */
export async function findPersonRow(db: Db, id: string): Promise<PersonRow> {
  const row = await db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw peopleErrors.person_not_found();
  return row;
}

/** Holds the person's row until the transaction ends; a change of consent takes it too. */
export async function lockPerson(trx: Trx, personId: string): Promise<void> {
  await trx
    .updateTable('person')
    .set(eb => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', personId)
    .execute();
}

/** Everything about a person. Errors: `person_not_found`. */
export async function readPerson(db: Db, id: string): Promise<Person> {
  const row = await findPersonRow(db, id);
  const templates = await db
    .selectFrom('template')
    .select(['id', 'pack_id', 'quality', 'enrolled_at', 'enrolled_by'])
    .where('person_id', '=', id)
    .orderBy('id')
    .execute();
  return {
    id: row.id,
    studentNumber: row.student_number,
    name: row.name,
    displayName: maskName(row.name),
    ...present('building', row.building),
    ...present('department', row.department),
    ...present('birthDate', row.birth_date),
    ...present('validUntil', row.valid_until),
    status: row.status,
    hasPin: row.pin !== null,
    ...(await readWays(db, id)),
    consents: await readConsents(db, id),
    templates: templates.map(template => ({
      id: template.id,
      packId: template.pack_id,
      quality: template.quality,
      enrolledAt: template.enrolled_at,
      ...present('enrolledBy', template.enrolled_by),
    })),
    reach: await readReach(db, id),
    createdAt: row.created_at,
  };
}

async function readWays(db: Db, personId: string): Promise<Pick<Person, 'cards' | 'phones'>> {
  const cards = await db
    .selectFrom('card')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('id')
    .execute();
  const phones = await db
    .selectFrom('phone')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('id')
    .execute();
  return {
    cards: cards.map(card => ({ id: card.id, ending: card.number.slice(-4), addedAt: card.added_at })),
    phones: phones.map(phone => ({ id: phone.id, addedAt: phone.added_at })),
  };
}

export async function readConsents(db: Db, personId: string): Promise<ConsentState[]> {
  const rows = await db.selectFrom('consent').selectAll().where('person_id', '=', personId).execute();
  return purposes.map(purpose => {
    const row = rows.find(candidate => candidate.purpose === purpose);
    if (!row) return { purpose, granted: false };
    return {
      purpose,
      granted: row.granted === 1,
      ...present('givenBy', row.given_by),
      ...present('noticeVersion', row.notice_version),
      changedAt: row.changed_at,
    };
  });
}

/** How far the person's latest change has come, by what the devices reported. */
async function readReach(db: Db, personId: string): Promise<DeviceReach[]> {
  const entries = await db
    .selectFrom('gallery_entry')
    .select(['purpose', 'revision', 'state', 'faceless_since'])
    .where('person_id', '=', personId)
    .orderBy('purpose')
    .execute();
  if (entries.length === 0) return [];
  const devices = await db
    .selectFrom('device')
    .select(['id', 'kind', 'status'])
    .where('state', 'in', ['paired', 'quarantined'])
    .execute();
  const receipts = await db
    .selectFrom('erasure_receipt')
    .select(['device_id', 'revision'])
    .where('person_id', '=', personId)
    .execute();
  return entries.map(entry => {
    const kind = entry.purpose === 'door' ? 'gate' : 'till';
    const ofPurpose = devices.filter(device => device.kind === kind);
    const upToDate = ofPurpose.filter(device => revisionIn(device.status) >= entry.revision).length;
    // Entries of before this was kept know no such revision: their tombstone's own is it.
    const since = entry.faceless_since ?? (entry.state === 'tombstone' ? entry.revision : undefined);
    const erased = ofPurpose.filter(
      device =>
        since !== undefined &&
        receipts.some(receipt => receipt.device_id === device.id && receipt.revision >= since),
    ).length;
    return {
      purpose: entry.purpose,
      devices: ofPurpose.length,
      upToDate,
      ...(since === undefined ? {} : { erased }),
    };
  });
}

function revisionIn(status: string | null): number {
  if (status === null) return -1;
  return (JSON.parse(status) as { galleryRevision: number }).galleryRevision;
}

/** People by student number. `packId`: the pack that central enrols with. */
export async function listPeople(
  db: Db,
  { query, building, faces, cursor, limit }: PeopleQuery,
  packId: string,
): Promise<{ items: PersonSummary[]; nextCursor?: string }> {
  let select = db
    .selectFrom('person')
    .select(['id', 'student_number', 'name', 'building', 'status'])
    .orderBy('student_number')
    .limit(limit + 1);
  if (building !== undefined) select = select.where('building', '=', building);
  if (query !== undefined && query.trim() !== '') {
    const text = query.normalize('NFKC').trim();
    select = select.where(eb =>
      eb.or([
        eb('name_search', 'like', `%${escapeLike(text.toLowerCase())}%`),
        eb('student_number', 'like', `${escapeLike(text)}%`),
      ]),
    );
  }
  if (faces !== undefined) {
    select = select.where(eb => {
      const templates = eb
        .selectFrom('template')
        .select('template.id')
        .whereRef('template.person_id', '=', 'person.id');
      if (faces === 'none') return eb.not(eb.exists(templates));
      return eb.and([
        eb.exists(templates),
        eb.not(eb.exists(templates.where('template.pack_id', '=', packId))),
      ]);
    });
  }
  if (cursor !== undefined) select = select.where('student_number', '>', decodeCursor(cursor)[0]);
  const rows = await select.execute();
  const ids = rows.slice(0, limit).map(row => row.id);
  const counts = await countTemplates(db, ids);
  const consents = await grantedPurposes(db, ids);
  return toPage(
    rows,
    limit,
    row => ({
      id: row.id,
      studentNumber: row.student_number,
      name: row.name,
      ...present('building', row.building),
      status: row.status,
      templates: counts.get(row.id) ?? 0,
      consents: consents.filter(consent => consent.person_id === row.id).map(consent => consent.purpose),
    }),
    row => [row.student_number, row.id],
  );
}

async function countTemplates(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('template')
    .select(eb => ['person_id', eb.fn.countAll<number>().as('count')])
    .where('person_id', 'in', ids)
    .groupBy('person_id')
    .execute();
  return new Map(rows.map(row => [row.person_id, row.count]));
}

async function grantedPurposes(
  db: Db,
  ids: readonly string[],
): Promise<{ person_id: string; purpose: Purpose }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('consent')
    .select(['person_id', 'purpose'])
    .where('person_id', 'in', ids)
    .where('granted', '=', 1)
    .orderBy('purpose')
    .execute();
}

/** `%` and `_` in a search are themselves; needs no ESCAPE clause because both are replaced by the one-character wildcard. */
const escapeLike = (text: string): string => text.replace(/[%_\\]/g, '_');

/** `{ [key]: value }`, or nothing for null: a field that is absent instead of null. */
export function present<K extends string, V>(key: K, value: V | null): { [P in K]?: V } {
  return value === null ? {} : ({ [key]: value } as { [P in K]?: V });
}
