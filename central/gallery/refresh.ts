import type { DevicePurpose } from '../../protocol/index.js';
import type { AccessRuleRow, GalleryEntryRow, Trx } from '../db/index.js';
import {
  bodyFor,
  type GalleryBody,
  hashOf,
  type PaymentPolicy,
  type PersonFacts,
  personOf,
} from './content.js';
import type { Vault } from './vault.js';
import { loadVectors } from './vectors.js';

/** In the order in which their counters are locked. */
export const devicePurposes = ['door', 'payment'] as const satisfies readonly DevicePurpose[];

export const counterOf = (purpose: DevicePurpose): string => `gallery-revision:${purpose}`;

export interface RefreshNeeds {
  readonly vault: Vault;
  readonly payment: PaymentPolicy;
}

/** `faceless`: `now` is this change's own revision. */
type Change = Omit<GalleryEntryRow, 'revision' | 'faceless_since'> & {
  readonly faceless: number | 'now' | null;
};

/**
 * Recomputes what devices see of these persons (at most some hundred at a time) and gives a new revision to whatever differs.
 * Runs in the transaction that changed its inputs, after the change. Gives the purposes with news.
 *
 * The counters' rows are locked before the inputs are read: of two transactions that change the same person the
 * second waits here and then reads what the first committed, and a revision is visible only after all lower ones.
 */
export async function refreshPersons(
  trx: Trx,
  personIds: readonly string[],
  { vault, payment }: RefreshNeeds,
): Promise<ReadonlySet<DevicePurpose>> {
  const touched = new Set<DevicePurpose>();
  if (personIds.length === 0) return touched;
  for (const purpose of devicePurposes) await takeRevisions(trx, purpose, 0);
  const facts = await loadFacts(trx, personIds);
  const rules = await loadRules(trx);
  for (const purpose of devicePurposes) {
    const changes = await changesOf(trx, purpose, { facts, rules, vault, payment });
    if (changes.length === 0) continue;
    const last = await takeRevisions(trx, purpose, changes.length);
    const first = last - changes.length + 1;
    await storeEntries(
      trx,
      changes.map(({ faceless, ...change }, i) => {
        const revision = first + i;
        return { ...change, revision, faceless_since: faceless === 'now' ? revision : faceless };
      }),
    );
    touched.add(purpose);
  }
  return touched;
}

async function changesOf(
  trx: Trx,
  purpose: DevicePurpose,
  context: { facts: readonly PersonFacts[]; rules: readonly AccessRuleRow[] } & RefreshNeeds,
): Promise<Change[]> {
  const ids = context.facts.map(({ person }) => person.id);
  const rows = await trx
    .selectFrom('gallery_entry')
    .select(['person_id', 'state', 'body', 'faceless_since'])
    .where('purpose', '=', purpose)
    .where('person_id', 'in', ids)
    .execute();
  const known = new Map(rows.map(row => [row.person_id, row]));
  const changes: Change[] = [];
  const changed: GalleryBody[] = [];
  for (const facts of context.facts) {
    const personId = facts.person.id;
    const body = bodyFor(purpose, facts, context);
    const before = known.get(personId);
    if (body === undefined) {
      if (before?.state !== 'present') continue;
      const faceless = facelessSince(before, false);
      changes.push({
        purpose,
        person_id: personId,
        state: 'tombstone',
        content_hash: '',
        body: '',
        faceless,
      });
    } else if (before?.body !== JSON.stringify(body)) {
      changed.push(body);
    }
  }
  const vectorOf = await loadVectors(trx, context.vault, changed);
  for (const body of changed) {
    changes.push({
      faceless: facelessSince(known.get(body.personId), body.templates.length > 0),
      purpose,
      person_id: body.personId,
      state: 'present',
      content_hash: hashOf(personOf(body, vectorOf)),
      body: JSON.stringify(body),
    });
  }
  return changes;
}

/** Since which revision devices are to hold no template of a person; null while there is one, or when there never was. */
function facelessSince(
  before: Pick<GalleryEntryRow, 'state' | 'body' | 'faceless_since'> | undefined,
  hasFace: boolean,
): Change['faceless'] {
  if (hasFace || !before) return null;
  if (before.state === 'tombstone') return before.faceless_since;
  const { templates } = JSON.parse(before.body) as GalleryBody;
  return templates.length > 0 ? 'now' : before.faceless_since;
}

async function storeEntries(trx: Trx, entries: readonly GalleryEntryRow[]): Promise<void> {
  await trx
    .insertInto('gallery_entry')
    .values(entries)
    .onConflict(conflict =>
      conflict.columns(['purpose', 'person_id']).doUpdateSet(eb => ({
        revision: eb.ref('excluded.revision'),
        state: eb.ref('excluded.state'),
        content_hash: eb.ref('excluded.content_hash'),
        body: eb.ref('excluded.body'),
        faceless_since: eb.ref('excluded.faceless_since'),
      })),
    )
    .execute();
}

/** Takes `count` revisions and gives the last; 0 only locks the counter. */
async function takeRevisions(trx: Trx, purpose: DevicePurpose, count: number): Promise<number> {
  const row = await trx
    .updateTable('counter')
    .set(eb => ({ value: eb('value', '+', count) }))
    .where('name', '=', counterOf(purpose))
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}

async function loadFacts(trx: Trx, personIds: readonly string[]): Promise<PersonFacts[]> {
  const persons = await trx
    .selectFrom('person')
    .selectAll()
    .where('id', 'in', personIds)
    .orderBy('id')
    .execute();
  const consents = await trx
    .selectFrom('consent')
    .select(['person_id', 'purpose'])
    .where('person_id', 'in', personIds)
    .where('granted', '=', 1)
    .execute();
  const templates = await trx
    .selectFrom('template')
    .select(['id', 'person_id', 'pack_id', 'quality', 'enrolled_at', 'enrolled_by'])
    .where('person_id', 'in', personIds)
    .execute();
  const cards = await trx
    .selectFrom('card')
    .selectAll()
    .where('person_id', 'in', personIds)
    .orderBy('id')
    .execute();
  const phones = await trx
    .selectFrom('phone')
    .selectAll()
    .where('person_id', 'in', personIds)
    .orderBy('id')
    .execute();
  return persons.map(person => ({
    person,
    cards: cards.filter(row => row.person_id === person.id),
    phones: phones.filter(row => row.person_id === person.id),
    consents: new Set(consents.filter(row => row.person_id === person.id).map(row => row.purpose)),
    templates: templates.filter(row => row.person_id === person.id),
  }));
}

const loadRules = (trx: Trx): Promise<AccessRuleRow[]> =>
  trx.selectFrom('access_rule').selectAll().orderBy('id').execute();
