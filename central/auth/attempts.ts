import type { Clock } from '../clock.js';
import type { Db } from '../db/index.js';

/**
 * Counts tries per key in a window, in the database so that it holds for all processes of one central. A try is counted before
 * its outcome is known: many at once get no further than many in turn.
 */
export interface AttemptLimit {
  /** Minutes until the key may try again; 0 when it may now. */
  take(key: string): Promise<number>;
  /** After a success. */
  clear(key: string): Promise<void>;
}

export interface AttemptLimitNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly tries: number;
  readonly window_ms: number;
}

export function createAttemptLimit({ db, clock, tries, window_ms }: AttemptLimitNeeds): AttemptLimit {
  const windowStart = () => new Date(clock.now().getTime() - window_ms).toISOString();
  return {
    take: async key => {
      const now = clock.now();
      await db.deleteFrom('attempt').where('window_started_at', '<=', windowStart()).execute();
      const row = await db
        .insertInto('attempt')
        .values({ key, failures: 1, window_started_at: now.toISOString() })
        .onConflict(conflict =>
          conflict.column('key').doUpdateSet(eb => ({ failures: eb('attempt.failures', '+', 1) })),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      if (row.failures <= tries) return 0;
      const until_ms = Date.parse(row.window_started_at) + window_ms;
      return Math.max(1, Math.ceil((until_ms - now.getTime()) / 60_000));
    },
    clear: async key => {
      await db.deleteFrom('attempt').where('key', '=', key).execute();
    },
  };
}
