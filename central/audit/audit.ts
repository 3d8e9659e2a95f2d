import type { StaffIdentity } from '../auth/roles.js';
import type { Clock } from '../clock.js';
import type { Db } from '../db/index.js';

/** Who acted. */
export interface Actor {
  readonly staffId: string | null;
  readonly username: string;
}

export const systemActor: Actor = { staffId: null, username: 'system' };
export const auditedBy = (staff: StaffIdentity): Actor => ({ staffId: staff.id, username: staff.username });

export interface AuditedAction {
  /** Verb phrase in kebab case, e.g. `change-consent`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId?: string;
  /** Never a photo, a vector, a password or a code. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Append-only record of what staff did; written in the transaction of the action itself. */
export interface Audit {
  record(db: Db, actor: Actor, action: AuditedAction): Promise<void>;
}

export function createAudit({ clock, newId }: { clock: Clock; newId: () => string }): Audit {
  return {
    record: async (db, actor, { action, subjectKind, subjectId, detail }) => {
      await db
        .insertInto('audit')
        .values({
          id: newId(),
          at: clock.now().toISOString(),
          staff_id: actor.staffId,
          username: actor.username,
          action,
          subject_kind: subjectKind,
          subject_id: subjectId ?? null,
          detail: JSON.stringify(detail ?? {}),
        })
        .execute();
    },
  };
}
