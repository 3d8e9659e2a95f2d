import type { DeviceStatus } from '../../protocol/index.js';
import type { PackErased, PackPlan } from '../../protocol/staff/index.js';
import type { Actor, Audit } from '../audit/index.js';
import type { Db } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import { enrolmentErrors } from './errors.js';

export interface PacksNeeds {
  readonly db: Db;
  readonly audit: Audit;
  readonly gallery: Gallery;
  /** The pack that central enrols with. */
  readonly current: string;
}

/** Persons whose templates are erased in one transaction. */
const chunkPersons = 200;

/**
 * A change of model pack, seen from the templates: old ones stay for as long as a device still runs their pack, and are erased
 * when none does, because a face that nobody can use is kept for nothing.
 */
export function createPacks({ db, audit, gallery, current }: PacksNeeds) {
  const devicesByPack = async (): Promise<ReadonlyMap<string, number>> => {
    const rows = await db
      .selectFrom('device')
      .select('status')
      .where('state', 'in', ['paired', 'quarantined'])
      .execute();
    const counts = new Map<string, number>();
    for (const { status } of rows) {
      if (status === null) continue;
      const { packId } = JSON.parse(status) as DeviceStatus;
      counts.set(packId, (counts.get(packId) ?? 0) + 1);
    }
    return counts;
  };

  return {
    async plan(): Promise<PackPlan> {
      const rows = await db
        .selectFrom('template')
        .select(eb => [
          'pack_id',
          eb.fn.countAll<number>().as('templates'),
          eb.fn.count<number>('person_id').distinct().as('persons'),
        ])
        .groupBy('pack_id')
        .execute();
      const { outdated } = await db
        .selectFrom('template')
        .select(eb => eb.fn.count<number>('person_id').distinct().as('outdated'))
        .where('person_id', 'not in', eb =>
          eb.selectFrom('template').select('person_id').where('pack_id', '=', current),
        )
        .executeTakeFirstOrThrow();
      const devices = await devicesByPack();
      const ids = new Set([current, ...rows.map(row => row.pack_id), ...devices.keys()]);
      return {
        current,
        toEnrolAgain: Number(outdated),
        packs: [...ids].sort().map(packId => {
          const row = rows.find(candidate => candidate.pack_id === packId);
          return {
            packId,
            persons: Number(row?.persons ?? 0),
            templates: Number(row?.templates ?? 0),
            devices: devices.get(packId) ?? 0,
          };
        }),
      };
    },

    /** Erases all templates of a pack in small transactions. Errors: `pack_current`, `pack_in_use`, `pack_unknown`. */
    async erase(packId: string, actor: Actor): Promise<PackErased> {
      if (packId === current) throw enrolmentErrors.pack_current({ packId });
      const devices = (await devicesByPack()).get(packId) ?? 0;
      if (devices > 0) throw enrolmentErrors.pack_in_use({ packId, devices });
      let persons = 0;
      let templates = 0;
      for (;;) {
        const erased = await gallery.change(async (trx, touch) => {
          const ids = await trx
            .selectFrom('template')
            .select('person_id')
            .distinct()
            .where('pack_id', '=', packId)
            .orderBy('person_id')
            .limit(chunkPersons)
            .execute();
          const personIds = ids.map(row => row.person_id);
          if (personIds.length === 0) return { persons: 0, templates: 0 };
          const rows = await trx
            .deleteFrom('template')
            .where('pack_id', '=', packId)
            .where('person_id', 'in', personIds)
            .returning('id')
            .execute();
          await audit.record(trx, actor, {
            action: 'erase-pack',
            subjectKind: 'pack',
            subjectId: packId,
            detail: { persons: personIds.length, templates: rows.length },
          });
          for (const personId of personIds) touch(personId);
          return { persons: personIds.length, templates: rows.length };
        });
        persons += erased.persons;
        templates += erased.templates;
        if (erased.persons < chunkPersons) break;
      }
      if (templates === 0) throw enrolmentErrors.pack_unknown({ packId });
      return { persons, templates };
    },
  };
}

export type Packs = ReturnType<typeof createPacks>;
