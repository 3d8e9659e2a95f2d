import type { Trx } from '../db/index.js';
import { shareId } from '../ledger/index.js';

/** A part of the day in which a meal is served; minutes from midnight, `to_min` exclusive. */
export interface MealPeriod {
  readonly name: string;
  readonly from_min: number;
  readonly to_min: number;
}

/** How a canteen counts its days. */
export interface Calendar {
  readonly timeZone: string;
  readonly periods: readonly MealPeriod[];
}

export const usualPeriods: readonly MealPeriod[] = [
  { name: 'breakfast', from_min: 5 * 60, to_min: 10 * 60 },
  { name: 'lunch', from_min: 10 * 60, to_min: 15 * 60 },
  { name: 'dinner', from_min: 15 * 60, to_min: 21 * 60 },
];

export async function readCalendar(trx: Trx, canteen: string, campusTimeZone: string): Promise<Calendar> {
  const row = await trx
    .selectFrom('canteen')
    .select(['time_zone', 'periods'])
    .where('name', '=', canteen)
    .executeTakeFirst();
  return toCalendar(row ?? { time_zone: null, periods: null }, campusTimeZone);
}

/** From the row of a canteen, which need not be there. */
export function toCalendar(
  { time_zone, periods }: { readonly time_zone: string | null; readonly periods: string | null },
  campusTimeZone: string,
): Calendar {
  return {
    timeZone: time_zone ?? campusTimeZone,
    periods: periods === null ? usualPeriods : (JSON.parse(periods) as MealPeriod[]),
  };
}

export interface MealTime {
  readonly mealDate: string;
  /** Absent between the periods. */
  readonly mealPeriod?: string;
}

/** The date and the period of an instant, by the clock on the canteen's wall. */
export function mealTimeOf({ timeZone, periods }: Calendar, at: Date): MealTime {
  const { date, minute } = wallClock(timeZone, at);
  const period = periods.find(({ from_min, to_min }) => from_min <= minute && minute < to_min);
  return { mealDate: date, ...(period ? { mealPeriod: period.name } : {}) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string, at: Date): { date: string; minute: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(part => [part.type, part.value]));
  const date = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  return { date, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

export const booksLock = (canteen: string): string => `books:${canteen}`;

/**
 * The day of the books that a meal belongs to: its own date, or the next one that is not closed. Nobody closes a day until the
 * transaction ends.
 */
export async function openDayFor(trx: Trx, canteen: string, date: string): Promise<string> {
  await shareId(trx, booksLock(canteen));
  const rows = await trx
    .selectFrom('closed_day')
    .select('day')
    .where('canteen', '=', canteen)
    .where('day', '>=', date)
    .execute();
  const closed = new Set(rows.map(row => row.day));
  let day = date;
  while (closed.has(day)) day = dayAfter(day);
  return day;
}

/** `2026-02-28` → `2026-03-01`. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
