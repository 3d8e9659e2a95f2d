import { codeLife_s } from '../../protocol/index.js';
import type { Clock } from '../contracts.js';
import type { SqliteDatabase } from './database.js';

/** A code cannot be shown again so long after its use, even by a clock that was set back a day. */
const kept_ms = 2 * 86_400_000 + codeLife_s * 1_000;

/** What may be tried or used only so often. */
export function createTries(db: SqliteDatabase, clock: Pick<Clock, 'now_ms'>) {
  const use = db.prepare(
    'insert into used_codes (code_id, order_id, used_at_ms) values (?, ?, ?) on conflict (code_id) do nothing',
  );
  const usedFor = db.prepare<[string], { order_id: string }>(
    'select order_id from used_codes where code_id = ?',
  );
  const forgetCodes = db.prepare('delete from used_codes where used_at_ms < ?');
  const wrong = db.prepare<[string], { count: number; last_ms: number }>(
    'select count, last_ms from wrong_pins where person_id = ?',
  );
  const note = db.prepare(`insert into wrong_pins (person_id, count, last_ms) values (?, ?, ?)
    on conflict (person_id) do update set count = excluded.count, last_ms = excluded.last_ms`);
  const forgive = db.prepare('delete from wrong_pins where person_id = ?');
  return {
    takeCode(codeId: string, orderId: string): boolean {
      const now_ms = clock.now_ms();
      forgetCodes.run(now_ms - kept_ms);
      use.run(codeId, orderId, now_ms);
      return usedFor.get(codeId)?.order_id === orderId;
    },
    wrongPins: (personId: string) => wrong.get(personId),
    noteWrongPins(personId: string, count: number): void {
      if (count === 0) forgive.run(personId);
      else note.run(personId, count, clock.now_ms());
    },
  };
}
