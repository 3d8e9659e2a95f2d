import { sql } from 'kysely';
import type {
  AccessEvent,
  DrillEvent,
  ErasureEvent,
  EventEnvelope,
  EventResult,
  MealEvent,
  MealRefundEvent,
  ShiftClosedEvent,
} from '../../protocol/index.js';
import type { Entry } from '../../protocol/staff/index.js';
import { readEntry } from '../access/index.js';
import type { Db, Trx } from '../db/index.js';
import { storePresentation } from '../drill/index.js';
import type { LiveBus } from '../live.js';
import { peopleErrors } from '../people/index.js';
import type { MealSink } from './contracts.js';
import { deviceErrors } from './errors.js';
import type { SigningDevice } from './request.js';

export interface EffectNeeds {
  readonly mealSink: MealSink;
  readonly live: LiveBus;
}

export interface AuthenticEvent {
  readonly device: SigningDevice;
  readonly envelope: EventEnvelope;
  readonly receivedAt: Date;
}

export interface Effect {
  readonly result: Partial<EventResult>;
  /** Called after the commit. */
  readonly announce?: () => void;
}

/**
 * What an event does here. A coded error rejects the event, and what was written for it is undone.
 * Errors: `wrong_device_kind`, `place_not_found`, `person_not_found`, `drill_not_found`, those of the ledger.
 */
export async function applyEvent(trx: Trx, needs: EffectNeeds, event: AuthenticEvent): Promise<Effect> {
  await sql`savepoint event_effect`.execute(trx);
  try {
    const effect = await applyBody(trx, needs, event);
    await sql`release savepoint event_effect`.execute(trx);
    return effect;
  } catch (error) {
    await sql`rollback to savepoint event_effect`.execute(trx);
    await sql`release savepoint event_effect`.execute(trx);
    throw error;
  }
}

function applyBody(trx: Trx, needs: EffectNeeds, event: AuthenticEvent): Promise<Effect> {
  const { body } = event.envelope;
  switch (body.kind) {
    case 'access':
      return storeEntry(trx, needs, event, body);
    case 'meal':
      return postMeal(trx, needs, event, body);
    case 'erasure':
      return storeReceipt(trx, event, body);
    case 'shift-closed':
      return keepShift(trx, needs, event, body);
    case 'meal-refund':
      return refundMeal(trx, needs, event, body);
    case 'drill':
      return keepPresentation(trx, event, body);
  }
}

async function storeEntry(
  trx: Trx,
  { live }: EffectNeeds,
  { device, envelope, receivedAt }: AuthenticEvent,
  body: AccessEvent,
): Promise<Effect> {
  if (device.kind !== 'gate') throw deviceErrors.wrong_device_kind();
  await requireRow(trx, 'access_point', body.accessPointId);
  if (body.personId !== undefined) await requireRow(trx, 'person', body.personId);
  await trx
    .insertInto('access_entry')
    .values({
      id: envelope.id,
      at: new Date(envelope.at).toISOString(),
      received_at: receivedAt.toISOString(),
      device_id: device.id,
      access_point_id: body.accessPointId,
      decision: body.decision,
      reason: body.reason,
      person_id: body.personId ?? null,
      evidence: JSON.stringify(body.evidence),
    })
    .execute();
  const entry: Entry = await readEntry(trx, envelope.id);
  return { result: {}, announce: () => live.publish({ kind: 'entry', entry }) };
}

async function postMeal(
  trx: Trx,
  { mealSink }: EffectNeeds,
  { device, envelope, receivedAt }: AuthenticEvent,
  body: MealEvent,
): Promise<Effect> {
  if (device.kind !== 'till') throw deviceErrors.wrong_device_kind();
  await requireRow(trx, 'till', body.tillId);
  await requireRow(trx, 'person', body.personId);
  const meal = { deviceId: device.id, placeId: device.placeId, envelope, body, receivedAt };
  const { transferId, balance_minor, announce } = await mealSink.postMeal(trx, meal);
  return { result: { transferId, balance_minor }, ...(announce ? { announce } : {}) };
}

async function keepShift(
  trx: Trx,
  { mealSink }: EffectNeeds,
  { device, receivedAt }: AuthenticEvent,
  body: ShiftClosedEvent,
): Promise<Effect> {
  if (device.kind !== 'till') throw deviceErrors.wrong_device_kind();
  await mealSink.takeShift?.(trx, { deviceId: device.id, placeId: device.placeId, body, receivedAt });
  return { result: {} };
}

async function refundMeal(
  trx: Trx,
  { mealSink }: EffectNeeds,
  { device, envelope, receivedAt }: AuthenticEvent,
  body: MealRefundEvent,
): Promise<Effect> {
  if (device.kind !== 'till' || !mealSink.refundMeal) throw deviceErrors.wrong_device_kind();
  const { transferId, announce } = await mealSink.refundMeal(trx, {
    placeId: device.placeId,
    envelope,
    receivedAt,
    body,
  });
  return { result: { transferId }, ...(announce ? { announce } : {}) };
}

async function keepPresentation(
  trx: Trx,
  { device, envelope, receivedAt }: AuthenticEvent,
  body: DrillEvent,
): Promise<Effect> {
  if (device.kind !== 'gate') throw deviceErrors.wrong_device_kind();
  const at = new Date(envelope.at);
  await storePresentation(trx, { id: envelope.id, at, receivedAt, deviceId: device.id, body });
  return { result: {} };
}

async function storeReceipt(
  trx: Trx,
  { device, envelope, receivedAt }: AuthenticEvent,
  body: ErasureEvent,
): Promise<Effect> {
  await trx
    .insertInto('erasure_receipt')
    .values({
      device_id: device.id,
      person_id: body.personId,
      revision: body.revision,
      at: new Date(envelope.at).toISOString(),
      received_at: receivedAt.toISOString(),
    })
    .onConflict(conflict => conflict.columns(['device_id', 'person_id', 'revision']).doNothing())
    .execute();
  return { result: {} };
}

async function requireRow(db: Db, table: 'access_point' | 'person' | 'till', id: string): Promise<void> {
  const row = await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (row) return;
  throw table === 'person' ? peopleErrors.person_not_found() : deviceErrors.place_not_found();
}
