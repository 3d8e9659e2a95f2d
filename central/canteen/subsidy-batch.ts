import { createHash } from 'node:crypto';
import { parseAmount } from '../../protocol/index.js';
import type {
  GrantedSubsidy,
  SubsidiesQuery,
  SubsidyBatch,
  SubsidyBatchResult,
  SubsidyGroup,
} from '../../protocol/staff/index.js';
import type { StaffIdentity } from '../auth/index.js';
import type { Db } from '../db/index.js';
import { decodeCursor, toPage } from '../http/index.js';
import { present } from '../people/index.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import { type createSubsidies, selectSubsidies, toSubsidy } from './subsidies.js';

const mostPeople = 20_000;
/** In one transaction: payments go on between two of them. */
const peopleAtOnce = 50;

/**
 * The same subsidy to each of many, fifty in a transaction. Sent again it goes on where it ended.
 * Errors: `nobody_meant`, `too_many_people`, those of one subsidy.
 */
export async function grantMany(
  { db, config }: PaymentNeeds,
  subsidies: ReturnType<typeof createSubsidies>,
  { to, requestId, ...terms }: SubsidyBatch,
  staff: StaffIdentity,
): Promise<SubsidyBatchResult> {
  const each_minor = parseAmount(terms.amount);
  const people = await peopleOf(db, to);
  if (people.length === 0) throw canteenErrors.nobody_meant();
  if (people.length > mostPeople) throw canteenErrors.too_many_people({ limit: mostPeople });
  for (let from = 0; from < people.length; from += peopleAtOnce) {
    await db.transaction().execute(async trx => {
      for (const personId of people.slice(from, from + peopleAtOnce)) {
        await subsidies.grantOnce(trx, personId, { ...terms, requestId: idFor(requestId, personId) }, staff);
      }
    });
  }
  const total_minor = each_minor * people.length;
  return { people: people.length, each_minor, total_minor, currency: config.currency };
}

/** One request of the batch: the same for the same person, whenever it is asked. */
function idFor(requestId: string, personId: string): string {
  const hex = createHash('sha256').update(`${requestId}/${personId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function peopleOf(db: Db, to: SubsidyGroup): Promise<string[]> {
  if (to.kind === 'people') return [...new Set(to.personIds)].sort();
  let query = db
    .selectFrom('person')
    .select('id')
    .where('status', '=', 'active')
    .orderBy('id')
    .limit(mostPeople + 1);
  if (to.kind === 'building') query = query.where('building', '=', to.building);
  if (to.kind === 'department') query = query.where('department', '=', to.department);
  return (await query.execute()).map(row => row.id);
}

/** Newest first. Errors: `bad_cursor`. */
export async function listSubsidies(
  db: Db,
  { state, personId, cursor, limit }: SubsidiesQuery,
): Promise<{ items: GrantedSubsidy[]; nextCursor?: string }> {
  let query = selectSubsidies(db)
    .leftJoin('person', 'person.id', 'subsidy_grant.person_id')
    .select(['person.name as person_name', 'person.student_number'])
    .orderBy('subsidy_grant.created_at', 'desc')
    .orderBy('subsidy_grant.id', 'desc')
    .limit(limit + 1);
  if (state !== undefined) query = query.where('subsidy_grant.state', '=', state);
  if (personId !== undefined) query = query.where('subsidy_grant.person_id', '=', personId);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor);
    query = query.where(eb =>
      eb.or([
        eb('subsidy_grant.created_at', '<', at),
        eb.and([eb('subsidy_grant.created_at', '=', at), eb('subsidy_grant.id', '<', id)]),
      ]),
    );
  }
  return toPage(
    await query.execute(),
    limit,
    row => ({
      ...toSubsidy(row),
      ...present('personName', row.person_name),
      ...present('studentNumber', row.student_number),
      currency: row.currency,
      createdAt: row.created_at,
    }),
    row => [row.created_at, row.id],
  );
}
