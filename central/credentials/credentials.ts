import { createHash, randomBytes } from 'node:crypto';
import { maskName, mostCards, mostPhones, readCardNumber, readPhoneKey } from '../../protocol/index.js';
import type { Person, PhoneActivated, PhoneActivation, PhoneInvitation } from '../../protocol/staff/index.js';
import { type Actor, type Audit, systemActor } from '../audit/index.js';
import { createAttemptLimit } from '../auth/index.js';
import type { Clock } from '../clock.js';
import type { Db, Trx } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import { findPersonRow, lockPerson, readPerson } from '../people/index.js';
import { waysErrors } from './errors.js';

export interface CredentialNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly gallery: Gallery;
}

const invitation_ms = 30 * 60_000;
const code_bytes = 18;
const window_ms = 15 * 60_000;
const triesPerAddress = 10;
/** A whole class behind one address may set up its phones at once. */
const triesInAll = 500;

export type Credentials = ReturnType<typeof createCredentials>;

/** The cards and phones by which people pay besides their face. */
export function createCredentials({ db, clock, newId, audit, gallery }: CredentialNeeds) {
  const limit = { db, clock, window_ms };
  const perAddress = createAttemptLimit({ ...limit, tries: triesPerAddress });
  const inAll = createAttemptLimit({ ...limit, tries: triesInAll });
  const now = (): string => clock.now().toISOString();

  /** Changes what a person has, with its record, and tells the tills. */
  const change = async (
    personId: string,
    { actor, action, detail }: { actor: Actor; action: string; detail?: Record<string, string> },
    work: (trx: Trx) => Promise<void>,
  ): Promise<Person> => {
    await gallery.change(async (trx, touch) => {
      await findPersonRow(trx, personId);
      await lockPerson(trx, personId);
      await work(trx);
      await audit.record(trx, actor, {
        ...{ action, subjectKind: 'person', subjectId: personId },
        ...(detail && { detail }),
      });
      touch(personId);
    });
    return readPerson(db, personId);
  };
  const countOf = async (trx: Trx, table: 'card' | 'phone', personId: string): Promise<number> => {
    const rows = await trx.selectFrom(table).select('id').where('person_id', '=', personId).execute();
    return rows.length;
  };
  /** Whether it was there. */
  const remove = async (
    trx: Trx,
    table: 'card' | 'phone',
    personId: string,
    id: string,
  ): Promise<boolean> => {
    const gone = await trx
      .deleteFrom(table)
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .returning('id')
      .executeTakeFirst();
    return gone !== undefined;
  };
  const addPhone = async (trx: Trx, personId: string, publicKey: string): Promise<string> => {
    if ((await countOf(trx, 'phone', personId)) >= mostPhones)
      throw waysErrors.too_many_phones({ most: mostPhones });
    const id = newId();
    const row = { id, person_id: personId, public_key: publicKey, added_at: now() };
    await trx.insertInto('phone').values(row).execute();
    return id;
  };

  return {
    /** Errors: `person_not_found`, `card_number_malformed`, `card_taken`, `too_many_cards`. */
    addCard(personId: string, text: string, actor: Actor): Promise<Person> {
      const number = readCardNumber(text);
      const detail = { ending: number.slice(-4) };
      return change(personId, { actor, action: 'add-card', detail }, async trx => {
        if ((await countOf(trx, 'card', personId)) >= mostCards)
          throw waysErrors.too_many_cards({ most: mostCards });
        const added = await trx
          .insertInto('card')
          .values({ id: newId(), person_id: personId, number, added_at: now() })
          .onConflict(conflict => conflict.column('number').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (!added) throw waysErrors.card_taken();
      });
    },
    /** Errors: `person_not_found`, `card_not_found`. */
    removeCard: (personId: string, cardId: string, actor: Actor): Promise<Person> =>
      change(personId, { actor, action: 'remove-card' }, async trx => {
        if (!(await remove(trx, 'card', personId, cardId))) throw waysErrors.card_not_found();
      }),
    /** Replaces an older invitation of the person. Errors: `person_not_found`. */
    async invitePhone(personId: string, actor: Actor): Promise<PhoneInvitation> {
      const code = randomBytes(code_bytes).toString('base64url');
      const expiresAt = new Date(clock.now().getTime() + invitation_ms).toISOString();
      await db.transaction().execute(async trx => {
        await findPersonRow(trx, personId);
        const set = { code_hash: hashOf(code), expires_at: expiresAt };
        await trx
          .insertInto('phone_invitation')
          .values({ person_id: personId, ...set })
          .onConflict(conflict => conflict.column('person_id').doUpdateSet(set))
          .execute();
        await audit.record(trx, actor, {
          action: 'invite-phone',
          subjectKind: 'person',
          subjectId: personId,
        });
      });
      return { code, path: `/phone/#code=${code}`, expiresAt };
    },
    /** Errors: `person_not_found`, `phone_not_found`. */
    removePhone: (personId: string, phoneId: string, actor: Actor): Promise<Person> =>
      change(personId, { actor, action: 'remove-phone' }, async trx => {
        if (!(await remove(trx, 'phone', personId, phoneId))) throw waysErrors.phone_not_found();
      }),
    /** The student's phone takes its invitation. Errors: `invitation_invalid`, `key_invalid`, `too_many_phones`, `too_many_activations`. */
    async activate({ code, publicKey }: PhoneActivation, address: string): Promise<PhoneActivated> {
      const key = `phone:address:${address}`;
      const minutes = Math.max(await perAddress.take(key), await inAll.take('phone:all'));
      if (minutes > 0) throw waysErrors.too_many_activations({ minutes });
      if (!readPhoneKey(publicKey)) throw waysErrors.key_invalid();
      const { person_id, keyId, name } = await gallery.change(async (trx, touch) => {
        const invited = await trx
          .deleteFrom('phone_invitation')
          .where('code_hash', '=', hashOf(code))
          .where('expires_at', '>', now())
          .returning('person_id')
          .executeTakeFirst();
        if (!invited) throw waysErrors.invitation_invalid();
        const { person_id } = invited;
        await lockPerson(trx, person_id);
        const { name } = await findPersonRow(trx, person_id);
        const keyId = await addPhone(trx, person_id, publicKey);
        await audit.record(trx, systemActor, {
          ...{ action: 'add-phone', subjectKind: 'person', subjectId: person_id },
          detail: { address },
        });
        touch(person_id);
        return { person_id, keyId, name };
      });
      await perAddress.clear(key);
      return { personId: person_id, keyId, displayName: maskName(name), serverTime: now() };
    },
  };
}

const hashOf = (code: string): string =>
  createHash('sha256').update(`porter-phone-invitation\n${code}`).digest('hex');
