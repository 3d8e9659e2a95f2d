import type { DeviceStatus } from '../../protocol/index.js';
import type { Settlement } from '../../protocol/staff/index.js';
import { type Actor, systemActor } from '../audit/index.js';
import { dateIn, dayOf } from '../calendar.js';
import type { Trx } from '../db/index.js';
import { lockId } from '../ledger/index.js';
import { booksLock, dayAfter, readCalendar } from './books.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import { readSettlement } from './settlement.js';

/** What a till said is taken to hold until so long before it was heard: the way takes time. */
const watermarkSlack_ms = 60_000;
const hour_ms = 3_600_000;
const mostDaysAtOnce = 31;

interface Closing {
  readonly actor: Actor;
  readonly withoutMissing: boolean;
  readonly reason?: string;
}

/** A canteen's days: each is closed once, when every till has delivered what it served on it. */
export function createDays(needs: PaymentNeeds) {
  const { db, clock, config, audit } = needs;

  const close = async (trx: Trx, canteen: string, day: string, closing: Closing) => {
    const { actor, withoutMissing, reason } = closing;
    // Whoever posts a meal holds this lock shared: none is on its way into the day that is closed.
    await lockId(trx, booksLock(canteen));
    const closed = await trx
      .selectFrom('closed_day')
      .select('day')
      .where('canteen', '=', canteen)
      .where('day', '=', day)
      .executeTakeFirst();
    if (closed) return;
    const { timeZone } = await readCalendar(trx, canteen, config.timeZone);
    const end = endOf(timeZone, day);
    const now = clock.now();
    if (now < end) throw canteenErrors.day_not_over({ day });
    const missing = await missingTills(trx, canteen, end);
    const isTimedOut = now.getTime() >= end.getTime() + config.payment.tillTimeout_h * hour_ms;
    if (missing.length > 0 && !withoutMissing && !isTimedOut)
      throw canteenErrors.tills_missing({ tills: missing });
    const settlement = await readSettlement(trx, { canteen, day, currency: config.currency });
    await trx
      .insertInto('closed_day')
      .values({
        canteen,
        day,
        closed_at: now.toISOString(),
        closed_by: actor.username,
        missing_tills: JSON.stringify(missing),
        settlement: JSON.stringify(settlement),
        reason: reason?.trim() ?? null,
      })
      .execute();
    await audit.record(trx, actor, {
      action: 'close-day',
      subjectKind: 'canteen',
      detail: { canteen, day, missing, net_minor: settlement.total.net_minor, ...(reason ? { reason } : {}) },
    });
  };

  return {
    /** Errors: `day_not_over`, `tills_missing`. Closing again gives the first closing. */
    async close(canteen: string, day: string, closing: Closing): Promise<Settlement> {
      await requireCanteen(needs, canteen);
      await db.transaction().execute(trx => close(trx, canteen, day, closing));
      return readSettlement(db, { canteen, day, currency: config.currency });
    },

    /** Closes what can be closed, oldest first; a day that waits for a till keeps later ones from nothing. */
    async closeDue(): Promise<void> {
      const canteens = await db.selectFrom('till').select('canteen').distinct().execute();
      for (const { canteen } of canteens) {
        for (const day of await openDays(needs, canteen)) {
          try {
            await db
              .transaction()
              .execute(trx => close(trx, canteen, day, { actor: systemActor, withoutMissing: false }));
          } catch (error) {
            const isEarly = ['day_not_over', 'tills_missing'].includes(codeOf(error));
            if (!isEarly) throw error;
          }
        }
      }
    },

    /** A till that has nothing left to send, and of which central has everything, is settled up to now. */
    async tillReported(deviceId: string, status: DeviceStatus): Promise<void> {
      if (status.outboxDepth > 0) return;
      const device = await db
        .selectFrom('device')
        .select('last_sequence')
        .where('id', '=', deviceId)
        .executeTakeFirst();
      if (device?.last_sequence !== status.lastSequence) return;
      const at = new Date(clock.now().getTime() - watermarkSlack_ms).toISOString();
      await db
        .insertInto('till_watermark')
        .values({ device_id: deviceId, at })
        .onConflict(conflict => conflict.column('device_id').doUpdateSet({ at }))
        .execute();
    },
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Errors: `canteen_unknown`. */
export async function requireCanteen({ db }: Pick<PaymentNeeds, 'db'>, name: string): Promise<void> {
  const till = await db.selectFrom('till').select('id').where('canteen', '=', name).executeTakeFirst();
  if (!till) throw canteenErrors.canteen_unknown({ name });
}

/** Names of the tills that may still hold meals from before that instant. */
async function missingTills(trx: Trx, canteen: string, before: Date): Promise<string[]> {
  const rows = await trx
    .selectFrom('device')
    .innerJoin('till', 'till.id', 'device.place_id')
    .leftJoin('till_watermark', 'till_watermark.device_id', 'device.id')
    .select(['till.name', 'till_watermark.at'])
    .where('till.canteen', '=', canteen)
    .where('device.kind', '=', 'till')
    .where('device.state', 'in', ['paired', 'quarantined'])
    .where('device.last_seen_at', 'is not', null)
    .where('device.created_at', '<', before.toISOString())
    .orderBy('till.name')
    .execute();
  return rows.filter(row => row.at === null || row.at < before.toISOString()).map(row => row.name);
}

/** Days with transfers, before today, that are not closed. */
async function openDays({ db, clock, config }: PaymentNeeds, canteen: string): Promise<string[]> {
  const calendar = await db.transaction().execute(trx => readCalendar(trx, canteen, config.timeZone));
  const today = dateIn(calendar.timeZone, clock.now());
  const rows = await db
    .selectFrom('transfer')
    .leftJoin('closed_day', join =>
      join
        .onRef('closed_day.canteen', '=', 'transfer.canteen')
        .onRef('closed_day.day', '=', 'transfer.business_day'),
    )
    .select('transfer.business_day as day')
    .distinct()
    .where('transfer.canteen', '=', canteen)
    .where('transfer.business_day', '<', today)
    .where('closed_day.day', 'is', null)
    .orderBy('transfer.business_day')
    .limit(mostDaysAtOnce)
    .execute();
  return rows.flatMap(row => row.day ?? []);
}

/** The instant at which a date ends on a zone's wall clock. */
export function endOf(timeZone: string, date: string): Date {
  const noonUtc_ms = Date.parse(`${date}T12:00:00Z`);
  for (const shift_h of [0, -12, 12]) {
    const at = new Date(noonUtc_ms + shift_h * hour_ms);
    if (dateIn(timeZone, at) === date) return dayOf(timeZone, at).to;
  }
  // A date that the zone skipped: it ends where the next one begins.
  return endOf(timeZone, dayAfter(date));
}
