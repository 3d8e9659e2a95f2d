import type { Clock } from '../clock.js';
import type { Db } from '../db/index.js';

/** Counts failures per key in a window, in the database so that it holds for all processes of one central. */
export interface AttemptLimit {
  /** Minutes until the key may try again; 0 when it may now. */
  minutesLocked(key: string): Promise<number>;
  failed(key: string): Promise<void>;
  clear(key: string): Promise<void>;
}

export interface AttemptLimitNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly failures: number;
  readonly window_ms: number;
}

export function createAttemptLimit({ db, clock, failures, window_ms }: AttemptLimitNeeds): AttemptLimit {
  const windowStart = () => new Date(clock.now().getTime() - window_ms).toISOString();
  return {
    minutesLocked: async key => {
      const row = await db
        .selectFrom('attempt')
        .selectAll()
        .where('key', '=', key)
        .where('window_started_at', '>', windowStart())
        .executeTakeFirst();
      if (!row || row.failures < failures) return 0;
      const until_ms = Date.parse(row.window_started_at) + window_ms;
      return Math.max(1, Math.ceil((until_ms - clock.now().getTime()) / 60_000));
    },
    failed: async key => {
      const now = clock.now().toISOString();
      await db.deleteFrom('attempt').where('window_started_at', '<=', windowStart()).execute();
      await db
        .insertInto('attempt')
        .values({ key, failures: 1, window_started_at: now })
        .onConflict(conflict =>
          conflict.column('key').doUpdateSet(eb => ({ failures: eb('attempt.failures', '+', 1) })),
        )
        .execute();
    },
    clear: async key => {
      await db.deleteFrom('attempt').where('key', '=', key).execute();
    },
  };
}
