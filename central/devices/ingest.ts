import {
  EventBody,
  type EventEnvelope,
  type EventResult,
  envelopeIsIntact,
  PorterError,
  zeroHash,
} from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import type { Db, DeviceRow, Trx } from '../db/index.js';
import { parse } from '../http/index.js';
import type { LiveBus } from '../live.js';
import { applyEvent, type EffectNeeds } from './effects.js';
import { deviceErrors } from './errors.js';
import type { SigningDevice } from './request.js';
import type { DeviceViews } from './view.js';

export interface IngestNeeds extends EffectNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly live: LiveBus;
  readonly views: DeviceViews;
}

/**
 * Takes a batch in order, each event in its own transaction. The answer may be shorter than the batch: it ends before an event whose
 * predecessor has not arrived. Errors: `sequence_gap` when that is the first.
 */
export type Ingest = (
  device: SigningDevice,
  events: readonly UncheckedEnvelope[],
) => Promise<{ results: EventResult[] }>;

/** An envelope whose body has not been looked at yet. */
export type UncheckedEnvelope = Omit<EventEnvelope, 'body'> & { body: unknown };

type Fate =
  | { readonly kind: 'answered'; readonly result: EventResult; readonly announce?: () => void }
  | { readonly kind: 'gap'; readonly expected: number };

export function createIngest(needs: IngestNeeds): Ingest {
  const { db, live, views } = needs;
  return async (device, events) => {
    const results: EventResult[] = [];
    for (const envelope of events) {
      const fate = await db.transaction().execute(trx => take(trx, needs, device, envelope));
      if (fate.kind === 'gap') {
        if (results.length === 0) throw deviceErrors.sequence_gap({ expected: fate.expected });
        break;
      }
      fate.announce?.();
      results.push(fate.result);
    }
    if (results.some(result => result.outcome === 'quarantined')) {
      live.publish({ kind: 'device', device: await views.find(device.id) });
    }
    return { results };
  };
}

async function take(
  trx: Trx,
  needs: IngestNeeds,
  device: SigningDevice,
  envelope: UncheckedEnvelope,
): Promise<Fate> {
  let head = await lockDevice(trx, device.id, needs.clock.now());
  if (head.state === 'quarantined') return quarantined(envelope, 'device_quarantined');
  if (await isRestart(trx, head, envelope)) head = await beginChain(trx, head);
  const known = await findKnown(trx, head, envelope);
  if (known === 'other') return quarantine(trx, head, envelope, 'chain_broken');
  if (known !== undefined) return { kind: 'answered', result: { ...known, outcome: 'duplicate' } };
  if (!envelopeIsIntact(envelope as EventEnvelope)) {
    return quarantine(trx, head, envelope, 'event_altered');
  }
  if (envelope.sequence > head.last_sequence + 1) {
    return { kind: 'gap', expected: head.last_sequence + 1 };
  }
  if (envelope.sequence <= head.last_sequence || envelope.previousHash !== head.last_hash) {
    return quarantine(trx, head, envelope, 'chain_broken');
  }
  return store(trx, needs, { device, head, envelope });
}

/** Locks the device's row until the transaction ends: its events are taken one at a time. */
const lockDevice = (trx: Trx, id: string, now: Date): Promise<DeviceRow> =>
  trx
    .updateTable('device')
    .set({ last_seen_at: now.toISOString() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** After pairing, event 1 may come again with another content: the device's store was lost, and somebody stood beside it. */
async function isRestart(trx: Trx, head: DeviceRow, envelope: UncheckedEnvelope): Promise<boolean> {
  const isFirst = envelope.sequence === 1 && envelope.previousHash === zeroHash;
  if (head.may_restart === 0 || head.last_sequence === 0 || !isFirst) return false;
  const known = await trx
    .selectFrom('device_event')
    .select('id')
    .where('id', '=', envelope.id)
    .executeTakeFirst();
  return known === undefined;
}

const beginChain = (trx: Trx, head: DeviceRow): Promise<DeviceRow> =>
  trx
    .updateTable('device')
    .set({ chain: head.chain + 1, last_sequence: 0, last_hash: zeroHash })
    .where('id', '=', head.id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** The stored result of this very event; `other` when its place or its id belongs to another event. */
async function findKnown(
  trx: Trx,
  head: DeviceRow,
  envelope: UncheckedEnvelope,
): Promise<EventResult | 'other' | undefined> {
  const rows = await trx
    .selectFrom('device_event')
    .select(['device_id', 'chain', 'sequence', 'id', 'hash', 'result'])
    .where(eb =>
      eb.or([
        eb('id', '=', envelope.id),
        eb.and([
          eb('device_id', '=', head.id),
          eb('chain', '=', head.chain),
          eb('sequence', '=', envelope.sequence),
        ]),
      ]),
    )
    .execute();
  if (rows.length === 0) return undefined;
  const same = rows.find(
    row =>
      row.device_id === head.id &&
      row.id === envelope.id &&
      row.sequence === envelope.sequence &&
      row.hash === envelope.hash,
  );
  if (!same || rows.length > 1) return 'other';
  return JSON.parse(same.result) as EventResult;
}

async function store(
  trx: Trx,
  needs: IngestNeeds,
  { device, head, envelope }: { device: SigningDevice; head: DeviceRow; envelope: UncheckedEnvelope },
): Promise<Fate> {
  const receivedAt = needs.clock.now();
  const base = { id: envelope.id, sequence: envelope.sequence };
  let result: EventResult;
  let announce: (() => void) | undefined;
  try {
    const body = readBody(envelope.body);
    const effect = await applyEvent(trx, needs, { device, envelope: { ...envelope, body }, receivedAt });
    result = { ...base, outcome: 'stored', ...effect.result };
    announce = effect.announce;
  } catch (error) {
    if (!(error instanceof PorterError)) throw error;
    result = { ...base, outcome: 'rejected', code: error.code };
  }
  await trx
    .insertInto('device_event')
    .values({
      device_id: head.id,
      chain: head.chain,
      sequence: envelope.sequence,
      id: envelope.id,
      hash: envelope.hash,
      kind: kindOf(envelope.body),
      envelope: JSON.stringify(envelope),
      received_at: receivedAt.toISOString(),
      result: JSON.stringify(result),
    })
    .execute();
  await trx
    .updateTable('device')
    .set({ last_sequence: envelope.sequence, last_hash: envelope.hash, may_restart: 0 })
    .where('id', '=', head.id)
    .execute();
  return { kind: 'answered', result, ...(announce ? { announce } : {}) };
}

function readBody(body: unknown): EventEnvelope['body'] {
  try {
    return parse(EventBody, body) as EventEnvelope['body'];
  } catch (cause) {
    if (!(cause instanceof PorterError)) throw cause;
    throw deviceErrors.event_unusable(cause.params, { cause });
  }
}

const kindOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'kind' in body ? String(body.kind).slice(0, 40) : '?';

async function quarantine(
  trx: Trx,
  head: DeviceRow,
  envelope: UncheckedEnvelope,
  code: 'event_altered' | 'chain_broken',
): Promise<Fate> {
  await trx
    .updateTable('device')
    .set({ state: 'quarantined', quarantine_reason: `${code} at event ${envelope.sequence}` })
    .where('id', '=', head.id)
    .execute();
  return quarantined(envelope, code);
}

const quarantined = ({ id, sequence }: UncheckedEnvelope, code: string): Fate => ({
  kind: 'answered',
  result: { id, sequence, outcome: 'quarantined', code },
});
