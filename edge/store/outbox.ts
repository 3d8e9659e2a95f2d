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
  const settle = db.prepare(
    'update outbox set outcome = ?, settled_at = ? where id = ? and sequence = ? and outcome is null',
  );
  const prune = db.prepare<[number], { id: string }>(`
    delete from outbox
    where outcome is not null and sequence <= (select max(sequence) from outbox) - ? returning id`);
  const has = db.prepare('select 1 from outbox where sequence = ?');
  const requeue = db.prepare(
    'update outbox set outcome = null, settled_at = null where sequence >= ? and outcome is not null',
  );
  const unsentFrom = db.prepare<[], { envelope: string }>(
    'select envelope from outbox where outcome is null order by sequence',
  );
  const insertSealed = (envelope: EventEnvelope): unknown =>
    insert.run(envelope.sequence, envelope.id, JSON.stringify(envelope));
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
      insertSealed(envelope);
      return envelope;
    },
    depth: (): number => count.get()?.depth ?? 0,
    lastSequence: (): number => last.get()?.sequence ?? 0,
    next: (limit: number): EventEnvelope[] =>
      unsent.all(Math.min(limit, largestBatch)).map(row => JSON.parse(row.envelope) as EventEnvelope),
    /** Events with a final outcome leave; quarantined ones stay until people have looked at them. Gives the ids forgotten. */
    settle(results: readonly EventResult[], at: string): string[] {
      for (const { id, sequence, outcome } of results) {
        if (outcome !== 'quarantined') settle.run(outcome, at, id, sequence);
      }
      return prune.all(keptAcknowledged).map(row => row.id);
    },
    /** Sends acknowledged events again from a sequence on. False when they are no longer kept. */
    requeueFrom(sequence: number): boolean {
      if (has.get(sequence) === undefined) return false;
      requeue.run(sequence);
      return true;
    },
    /** Begins a chain of its own for another device identity: what is unsent is numbered and sealed anew from 1. */
    rebase(): void {
      const events = unsentFrom.all().map(row => JSON.parse(row.envelope) as EventEnvelope);
      db.exec('delete from outbox');
      let previousHash = zeroHash;
      for (const [i, { hash: _, ...event }] of events.entries()) {
        const envelope = sealEvent({ ...event, sequence: i + 1, previousHash });
        insertSealed(envelope);
        previousHash = envelope.hash;
      }
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
