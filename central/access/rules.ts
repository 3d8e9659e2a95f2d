import type {
  AccessPoint,
  AccessPointCreate,
  AccessRule,
  AccessRuleCreate,
} from '../../protocol/staff/index.js';
import type { Actor, Audit } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { AccessPointRow, AccessRuleRow, Db } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import { findPersonRow, present } from '../people/index.js';
import { accessErrors } from './errors.js';

export interface AccessNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly gallery: Gallery;
}

export interface Access {
  listPoints(): Promise<AccessPoint[]>;
  /** Errors: `access_point_name_taken`. */
  createPoint(point: AccessPointCreate, actor: Actor): Promise<AccessPoint>;
  listRules(): Promise<AccessRule[]>;
  /** Errors: `access_point_not_found`, `person_not_found`, `window_reversed`, `validity_reversed`. */
  createRule(rule: AccessRuleCreate, actor: Actor): Promise<AccessRule>;
  /** Errors: `access_rule_not_found`. */
  deleteRule(id: string, actor: Actor): Promise<void>;
}

export function createAccess({ db, clock, newId, audit, gallery }: AccessNeeds): Access {
  /** One person is recomputed with the rule; many follow it in small transactions. */
  async function refreshSubject(row: AccessRuleRow): Promise<void> {
    if (row.subject_kind === 'everyone') await gallery.refreshEverybody();
    else if (row.building !== null) await gallery.refreshEverybody({ building: row.building });
  }

  return {
    listPoints: async () =>
      (await db.selectFrom('access_point').selectAll().orderBy('id').execute()).map(toPoint),

    createPoint: async ({ name, zone, direction }, actor) => {
      const row: AccessPointRow = {
        id: newId(),
        name: name.trim(),
        zone: zone ?? null,
        direction,
        created_at: clock.now().toISOString(),
      };
      await db.transaction().execute(async trx => {
        const inserted = await trx
          .insertInto('access_point')
          .values(row)
          .onConflict(conflict => conflict.column('name').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (!inserted) throw accessErrors.access_point_name_taken({ name });
        await audit.record(trx, actor, {
          action: 'create-access-point',
          subjectKind: 'access-point',
          subjectId: row.id,
        });
      });
      return toPoint(row);
    },

    listRules: async () =>
      (await db.selectFrom('access_rule').selectAll().orderBy('id').execute()).map(toRule),

    createRule: async (rule, actor) => {
      checkTimes(rule);
      const row = toRow(rule, newId(), clock.now());
      await gallery.change(async (trx, touch) => {
        const point = await trx
          .selectFrom('access_point')
          .select('id')
          .where('id', '=', rule.accessPointId)
          .executeTakeFirst();
        if (!point) throw accessErrors.access_point_not_found();
        if (row.person_id !== null) {
          await findPersonRow(trx, row.person_id);
          touch(row.person_id);
        }
        await trx.insertInto('access_rule').values(row).execute();
        await audit.record(trx, actor, {
          action: 'create-access-rule',
          subjectKind: 'access-rule',
          subjectId: row.id,
          detail: { ...rule },
        });
      });
      await refreshSubject(row);
      return toRule(row);
    },

    deleteRule: async (id, actor) => {
      const row = await gallery.change(async (trx, touch) => {
        const deleted = await trx
          .deleteFrom('access_rule')
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        if (!deleted) throw accessErrors.access_rule_not_found();
        if (deleted.person_id !== null) touch(deleted.person_id);
        await audit.record(trx, actor, {
          action: 'delete-access-rule',
          subjectKind: 'access-rule',
          subjectId: id,
          detail: { ...toRule(deleted) },
        });
        return deleted;
      });
      await refreshSubject(row);
    },
  };
}

function checkTimes({ windows, validFrom, validUntil }: AccessRuleCreate): void {
  if (windows.some(window => window.from_min >= window.to_min)) throw accessErrors.window_reversed();
  if (
    validFrom !== undefined &&
    validUntil !== undefined &&
    Date.parse(validFrom) >= Date.parse(validUntil)
  ) {
    throw accessErrors.validity_reversed();
  }
}

const toPoint = (row: AccessPointRow): AccessPoint => ({
  id: row.id,
  name: row.name,
  ...present('zone', row.zone),
  direction: row.direction,
});

function toRow(rule: AccessRuleCreate, id: string, now: Date): AccessRuleRow {
  const { subject } = rule;
  return {
    id,
    access_point_id: rule.accessPointId,
    subject_kind: subject.kind,
    building: subject.kind === 'building' ? subject.building : null,
    person_id: subject.kind === 'person' ? subject.personId : null,
    windows: JSON.stringify(rule.windows),
    valid_from: rule.validFrom === undefined ? null : new Date(rule.validFrom).toISOString(),
    valid_until: rule.validUntil === undefined ? null : new Date(rule.validUntil).toISOString(),
    created_at: now.toISOString(),
  };
}

function toRule(row: AccessRuleRow): AccessRule {
  return {
    id: row.id,
    accessPointId: row.access_point_id,
    subject: toSubject(row),
    windows: JSON.parse(row.windows) as AccessRule['windows'],
    ...present('validFrom', row.valid_from),
    ...present('validUntil', row.valid_until),
  };
}

function toSubject(row: AccessRuleRow): AccessRule['subject'] {
  if (row.building !== null) return { kind: 'building', building: row.building };
  if (row.person_id !== null) return { kind: 'person', personId: row.person_id };
  return { kind: 'everyone' };
}
