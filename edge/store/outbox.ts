import {
  type EventBody,
  type EventEnvelope,
  type EventResult,
  sealEvent,
  zeroHash,
} from '../../protocol/index.js';
import type { SqliteDatabase } from './database.js';

/** Acknowledged events are kept for looking back, the newest ones up to this many. */
const keptAcknowledged = 10_000;
const largestBatch = 200;

export interface OutboxNeeds {
  readonly db: SqliteDatabase;
  readonly newId: () => string;
  readonly stamp: () => Pick<EventEnvelope, 'at' | 'bootId' | 'monotonic_ms' | 'clockTrusted'>;
}

/** Events in order of their sequence, each bound to the one before by its hash. Callers hold the transaction. */
export function createOutbox({ db, newId, stamp }: OutboxNeeds) {
  const last = db.prepare<[], { sequence: number; envelope: string }>(
    'select sequence, envelope from outbox order by sequence desc limit 1',
  );
  const insert = db.prepare('insert into outbox (sequence, id, envelope) values (?, ?, ?)');
  const unsent = db.prepare<[number], { envelope: string }>(
    'select envelope from outbox where outcome is null order by sequence limit ?',
  );
  const count = db.prepare<[], { depth: number }>(
    'select count(*) as depth from outbox where outcome is null',
  );
  const settle = db.prepare('update outbox set outcome = ?, settled_at = ? where id = ? and outcome is null');
  const prune = db.prepare(
    'delete from outbox where outcome is not null and sequence <= (select max(sequence) from outbox) - ?',
  );
  return {
    append(body: EventBody): EventEnvelope {
      const previous = last.get();
      const envelope = sealEvent({
        id: newId(),
        sequence: (previous?.sequence ?? 0) + 1,
        ...stamp(),
        body,
        previousHash: previous ? (JSON.parse(previous.envelope) as EventEnvelope).hash : zeroHash,
      });
      insert.run(envelope.sequence, envelope.id, JSON.stringify(envelope));
      return envelope;
    },
    depth: (): number => count.get()?.depth ?? 0,
    lastSequence: (): number => last.get()?.sequence ?? 0,
    next: (limit: number): EventEnvelope[] =>
      unsent.all(Math.min(limit, largestBatch)).map(row => JSON.parse(row.envelope) as EventEnvelope),
    /** Events with a final outcome leave; quarantined ones stay until people have looked at them. */
    settle(results: readonly EventResult[], at: string): void {
      for (const { id, outcome } of results) if (outcome !== 'quarantined') settle.run(outcome, at, id);
      prune.run(keptAcknowledged);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
