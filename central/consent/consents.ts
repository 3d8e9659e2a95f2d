import type { Purpose } from '../../protocol/index.js';
import type { ConsentUpdate, Person } from '../../protocol/staff/index.js';
import type { Actor, Audit } from '../audit/index.js';
import { dateIn } from '../calendar.js';
import type { Clock } from '../clock.js';
import type { ConsentRow, Db, PersonRow, Trx } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import { findPersonRow, lockPerson, readPerson } from '../people/index.js';
import { ageOn, guardianAge } from './age.js';
import { consentErrors } from './errors.js';

export interface ConsentNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly gallery: Gallery;
  readonly timeZone: string;
}

export interface Consents {
  /**
   * Gives (by the person unless said otherwise) or withdraws consent for one purpose. Withdrawn: the templates leave the devices of that purpose; when no
   * purpose is left, they are erased here too. Errors: `person_not_found`, `guardian_required`.
   */
  set(personId: string, purpose: Purpose, update: ConsentUpdate, actor: Actor): Promise<Person>;
}

export function createConsents(needs: ConsentNeeds): Consents {
  const { db, clock, newId, audit, gallery, timeZone } = needs;
  return {
    set: async (personId, purpose, update, actor) => {
      await gallery.change(async (trx, touch) => {
        await lockPerson(trx, personId);
        const person = await findPersonRow(trx, personId);
        const givenBy = update.granted ? (update.givenBy ?? 'person') : update.givenBy;
        if (
          update.granted &&
          givenBy !== 'guardian' &&
          isUnderGuardianAge(person, dateIn(timeZone, clock.now()))
        ) {
          throw consentErrors.guardian_required();
        }
        const row: ConsentRow = {
          person_id: personId,
          purpose,
          granted: update.granted ? 1 : 0,
          given_by: givenBy ?? null,
          notice_version: update.noticeVersion ?? null,
          changed_at: clock.now().toISOString(),
        };
        const { person_id: _, purpose: __, ...changed } = row;
        await trx
          .insertInto('consent')
          .values(row)
          .onConflict(conflict => conflict.columns(['person_id', 'purpose']).doUpdateSet(changed))
          .execute();
        await trx
          .insertInto('consent_record')
          .values({ ...row, id: newId(), recorded_by: actor.username })
          .execute();
        const erasedTemplates = update.granted ? 0 : await eraseWithoutConsent(trx, personId);
        await audit.record(trx, actor, {
          action: update.granted ? 'give-consent' : 'withdraw-consent',
          subjectKind: 'person',
          subjectId: personId,
          detail: { purpose, givenBy, erasedTemplates },
        });
        touch(personId);
      });
      return readPerson(db, personId);
    },
  };
}

function isUnderGuardianAge(person: PersonRow, today: string): boolean {
  return person.birth_date !== null && ageOn(person.birth_date, today) < guardianAge;
}

async function eraseWithoutConsent(trx: Trx, personId: string): Promise<number> {
  const granted = await trx
    .selectFrom('consent')
    .select('purpose')
    .where('person_id', '=', personId)
    .where('granted', '=', 1)
    .execute();
  if (granted.length > 0) return 0;
  const erased = await trx.deleteFrom('template').where('person_id', '=', personId).returning('id').execute();
  return erased.length;
}
