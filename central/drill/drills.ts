import type { DrillEvent, GateSettings } from '../../protocol/index.js';
import type { Drill, DrillCounts, DrillReport, DrillStart } from '../../protocol/staff/index.js';
import type { Actor, Audit } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { Db, Trx } from '../db/index.js';
import { drillErrors } from './errors.js';
import { figuresOf, noCounts } from './rates.js';
import type { DrillRow } from './tables.js';

export interface Drills {
  /** A drill that still runs at the gate ends. Errors: `drill_needs_gate`. */
  start(deviceId: string, start: DrillStart, actor: Actor): Promise<Drill>;
  /** Errors: `drill_not_found`. */
  end(id: string, actor: Actor): Promise<Drill>;
  /** The figures over all drills of a gate, and the newest drills. */
  report(deviceId: string): Promise<DrillReport>;
}

export interface DrillsNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  /** Its `wake` lets the gate hear of it at once. */
  readonly gallery: { wake(): void };
}

const listed = 100;
/** Drills that the figures are made of; older ones tell of another time. */
const counted = 1_000;

export function createDrills({ db, clock, newId, audit, gallery }: DrillsNeeds): Drills {
  const endRunning = (trx: Trx, deviceId: string, now: Date) =>
    trx
      .updateTable('drill')
      .set({ ended_at: now.toISOString() })
      .where('device_id', '=', deviceId)
      .where('ended_at', 'is', null)
      .where('ends_at', '>', now.toISOString())
      .execute();
  const find = async (id: string): Promise<Drill> => {
    const row = await selectDrills(db).where('drill.id', '=', id).executeTakeFirst();
    if (!row) throw drillErrors.drill_not_found();
    const counts = await countsOf(db, [id]);
    return toDrill(row, counts.get(id) ?? noCounts, clock.now());
  };
  return {
    start: async (deviceId, { presented, minutes }, actor) => {
      const now = clock.now();
      const id = newId();
      await db.transaction().execute(async trx => {
        await requireGate(trx, deviceId);
        await endRunning(trx, deviceId, now);
        await trx
          .insertInto('drill')
          .values({
            id,
            device_id: deviceId,
            presented,
            started_at: now.toISOString(),
            started_by: actor.username,
            ends_at: new Date(now.getTime() + minutes * 60_000).toISOString(),
            ended_at: null,
          })
          .execute();
        const detail = { presented, minutes };
        await audit.record(trx, actor, {
          ...{ action: 'start-drill', subjectKind: 'device', subjectId: deviceId, detail },
        });
      });
      gallery.wake();
      return find(id);
    },

    end: async (id, actor) => {
      const { deviceId, running } = await find(id);
      if (!running) return find(id);
      await db.transaction().execute(async trx => {
        await endRunning(trx, deviceId, clock.now());
        await audit.record(trx, actor, { action: 'end-drill', subjectKind: 'device', subjectId: deviceId });
      });
      gallery.wake();
      return find(id);
    },

    report: async deviceId => {
      const rows = await selectDrills(db)
        .where('drill.device_id', '=', deviceId)
        .orderBy('drill.started_at', 'desc')
        .orderBy('drill.id', 'desc')
        .limit(counted)
        .execute();
      const counts = await countsOf(
        db,
        rows.map(row => row.id),
      );
      const now = clock.now();
      const drills = rows.map(row => toDrill(row, counts.get(row.id) ?? noCounts, now));
      return { deviceId, drills: drills.slice(0, listed), ...figuresOf(drills) };
    },
  };
}

/** What a gate is told of a drill that runs there now. */
export async function runningDrill(
  db: Db,
  deviceId: string,
  now: Date,
): Promise<GateSettings['drill'] | undefined> {
  const row = await db
    .selectFrom('drill')
    .select(['id', 'presented', 'ends_at'])
    .where('device_id', '=', deviceId)
    .where('ended_at', 'is', null)
    .where('ends_at', '>', now.toISOString())
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  return row && { id: row.id, presented: row.presented, endsAt: row.ends_at };
}

/** Keeps a presentation, also one that comes after the drill has ended: a gate may have been offline. Errors: `drill_not_found`. */
export async function storePresentation(
  trx: Trx,
  presentation: {
    readonly id: string;
    readonly at: Date;
    readonly receivedAt: Date;
    readonly deviceId: string;
    readonly body: DrillEvent;
  },
): Promise<void> {
  const { id, at, receivedAt, deviceId, body } = presentation;
  const drill = await trx
    .selectFrom('drill')
    .select('presented')
    .where('id', '=', body.drillId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  if (drill?.presented !== body.presented) throw drillErrors.drill_not_found();
  await trx
    .insertInto('drill_presentation')
    .values({
      id,
      drill_id: body.drillId,
      at: at.toISOString(),
      received_at: receivedAt.toISOString(),
      outcome: body.outcome,
      detail: JSON.stringify(body),
    })
    .execute();
}

async function requireGate(trx: Trx, deviceId: string): Promise<void> {
  const device = await trx
    .selectFrom('device')
    .select(['kind', 'state'])
    .where('id', '=', deviceId)
    .executeTakeFirst();
  if (device?.kind !== 'gate' || device.state !== 'paired') throw drillErrors.drill_needs_gate();
}

const selectDrills = (db: Db) =>
  db
    .selectFrom('drill')
    .innerJoin('device', 'device.id', 'drill.device_id')
    .selectAll('drill')
    .select('device.name as device_name');

async function countsOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, DrillCounts>> {
  const counts = new Map<string, DrillCounts>();
  if (ids.length === 0) return counts;
  const rows = await db
    .selectFrom('drill_presentation')
    .select(eb => ['drill_id', 'outcome', eb.fn.countAll<number>().as('count')])
    .where('drill_id', 'in', [...ids])
    .groupBy(['drill_id', 'outcome'])
    .execute();
  for (const { drill_id, outcome, count } of rows) {
    const before = counts.get(drill_id) ?? noCounts;
    const name = outcome === 'no-response' ? 'noResponse' : outcome;
    const number = Number(count);
    counts.set(drill_id, {
      ...before,
      presented: before.presented + number,
      [name]: before[name] + number,
    });
  }
  return counts;
}

function toDrill(row: DrillRow & { device_name: string }, counts: DrillCounts, now: Date): Drill {
  return {
    id: row.id,
    deviceId: row.device_id,
    deviceName: row.device_name,
    presented: row.presented,
    running: row.ended_at === null && row.ends_at > now.toISOString(),
    startedAt: row.started_at,
    startedBy: row.started_by,
    endsAt: row.ends_at,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    counts,
  };
}
