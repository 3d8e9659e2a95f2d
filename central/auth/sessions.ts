import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Db } from '../db/index.js';
import type { StaffIdentity } from './roles.js';

export interface Sessions {
  /** Gives the token for the cookie; only its hash is kept. */
  start(staffId: string): Promise<{ token: string; expiresAt: Date }>;
  find(token: string): Promise<StaffIdentity | null>;
  end(token: string): Promise<void>;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export function createSessions(needs: { db: Db; clock: Clock; sessionHours: number }): Sessions {
  const { db, clock, sessionHours } = needs;
  return {
    start: async staffId => {
      const token = randomBytes(32).toString('base64url');
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + sessionHours * 3_600_000);
      await db.deleteFrom('staff_session').where('expires_at', '<=', now.toISOString()).execute();
      await db
        .insertInto('staff_session')
        .values({
          token_hash: hashOf(token),
          staff_id: staffId,
          created_at: now.toISOString(),
          expires_at: expiresAt.toISOString(),
        })
        .execute();
      return { token, expiresAt };
    },
    find: async token => {
      const row = await db
        .selectFrom('staff_session')
        .innerJoin('staff_user', 'staff_user.id', 'staff_session.staff_id')
        .select(['staff_user.id', 'staff_user.username', 'staff_user.name', 'staff_user.role'])
        .where('token_hash', '=', hashOf(token))
        .where('expires_at', '>', clock.now().toISOString())
        .executeTakeFirst();
      return row ?? null;
    },
    end: async token => {
      await db.deleteFrom('staff_session').where('token_hash', '=', hashOf(token)).execute();
    },
  };
}
