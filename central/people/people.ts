import { isUsablePin, makePinVerifier, pinLength } from '../../protocol/index.js';
import type { Person, PersonCreate, PersonUpdate } from '../../protocol/staff/index.js';
import type { Actor, Audit } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { Db, PersonRow } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import { httpErrors } from '../http/index.js';
import { peopleErrors } from './errors.js';
import { findPersonRow, readPerson } from './read.js';

export interface PeopleNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly gallery: Gallery;
}

export interface People {
  /** Errors: `student_number_taken`, `invalid_input`. */
  create(person: PersonCreate, actor: Actor): Promise<Person>;
  /** Errors: `person_not_found`. */
  update(id: string, update: PersonUpdate, actor: Actor): Promise<Person>;
  /** Sets the person's PIN for tills, or takes it away. Errors: `person_not_found`, `pin_too_simple`. */
  setPin(id: string, pin: string | null, actor: Actor): Promise<Person>;
  /** Takes one template off central and all devices. Errors: `person_not_found`, `template_not_found`. */
  eraseTemplate(personId: string, templateId: string, actor: Actor): Promise<Person>;
}

const searchable = (name: string): string => name.normalize('NFKC').toLowerCase();

export function createPeople({ db, clock, newId, audit, gallery }: PeopleNeeds): People {
  return {
    create: async (person, actor) => {
      refuseBlank(person.name);
      const now = clock.now().toISOString();
      const id = newId();
      const row: PersonRow = {
        id,
        student_number: person.studentNumber,
        name: person.name.trim(),
        name_search: searchable(person.name),
        building: person.building ?? null,
        department: person.department ?? null,
        birth_date: person.birthDate ?? null,
        valid_until: person.validUntil === undefined ? null : new Date(person.validUntil).toISOString(),
        pin: null,
        status: 'active',
        created_at: now,
        updated_at: now,
      };
      await gallery.change(async (trx, touch) => {
        const inserted = await trx
          .insertInto('person')
          .values(row)
          .onConflict(conflict => conflict.column('student_number').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (!inserted) {
          throw peopleErrors.student_number_taken({ studentNumber: person.studentNumber });
        }
        await audit.record(trx, actor, { action: 'create-person', subjectKind: 'person', subjectId: id });
        touch(id);
      });
      return readPerson(db, id);
    },

    update: async (id, update, actor) => {
      if (update.name !== undefined) refuseBlank(update.name);
      await gallery.change(async (trx, touch) => {
        await findPersonRow(trx, id);
        const changes = toColumns(update);
        await trx
          .updateTable('person')
          .set({ ...changes, updated_at: clock.now().toISOString() })
          .where('id', '=', id)
          .execute();
        await audit.record(trx, actor, {
          action: 'change-person',
          subjectKind: 'person',
          subjectId: id,
          detail: { fields: Object.keys(update), ...(update.status ? { status: update.status } : {}) },
        });
        touch(id);
      });
      return readPerson(db, id);
    },

    setPin: async (id, pin, actor) => {
      if (pin !== null && !isUsablePin(pin)) throw peopleErrors.pin_too_simple({ length: pinLength });
      const verifier = pin === null ? null : JSON.stringify(await makePinVerifier(pin));
      await gallery.change(async (trx, touch) => {
        await findPersonRow(trx, id);
        await trx.updateTable('person').set({ pin: verifier }).where('id', '=', id).execute();
        const action = pin === null ? 'remove-pin' : 'set-pin';
        await audit.record(trx, actor, { action, subjectKind: 'person', subjectId: id });
        touch(id);
      });
      return readPerson(db, id);
    },

    eraseTemplate: async (personId, templateId, actor) => {
      await gallery.change(async (trx, touch) => {
        await findPersonRow(trx, personId);
        const erased = await trx
          .deleteFrom('template')
          .where('id', '=', templateId)
          .where('person_id', '=', personId)
          .returning('id')
          .executeTakeFirst();
        if (!erased) throw peopleErrors.template_not_found();
        await audit.record(trx, actor, {
          action: 'erase-template',
          subjectKind: 'person',
          subjectId: personId,
          detail: { templateId },
        });
        touch(personId);
      });
      return readPerson(db, personId);
    },
  };
}

function refuseBlank(name: string): void {
  if (name.trim() === '') throw httpErrors.invalid_input({ field: 'name', problem: 'is blank' });
}

function toColumns(update: PersonUpdate): Partial<PersonRow> {
  const { name, building, department, validUntil, status } = update;
  return {
    ...(name === undefined ? {} : { name: name.trim(), name_search: searchable(name) }),
    ...(building === undefined ? {} : { building }),
    ...(department === undefined ? {} : { department }),
    ...(validUntil === undefined
      ? {}
      : { valid_until: validUntil === null ? null : new Date(validUntil).toISOString() }),
    ...(status === undefined ? {} : { status }),
  };
}
