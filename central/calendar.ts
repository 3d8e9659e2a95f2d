/** `YYYY-MM-DD` of an instant in an IANA time zone. */
export function dateIn(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(at);
  const value = (type: string) => parts.find(part => part.type === type)?.value ?? '';
  return `${value('year')}-${value('month')}-${value('day')}`;
}

/** The instants at which a day of a time zone begins and ends; 23 to 25 hours apart. */
export function dayOf(timeZone: string, at: Date): { from: Date; to: Date } {
  const date = dateIn(timeZone, at);
  const from = startOfDate(timeZone, date);
  // 36 hours after midnight is always on the next day, at whatever daylight saving.
  const next = dateIn(timeZone, new Date(from.getTime() + 36 * 3_600_000));
  return { from, to: startOfDate(timeZone, next) };
}

/** The first instant of a date: found from UTC's midnight by the zone's offset there, and once more where that changed. */
function startOfDate(timeZone: string, date: string): Date {
  const midnightUtc_ms = Date.parse(`${date}T00:00:00Z`);
  const guess_ms = midnightUtc_ms - offset_ms(timeZone, midnightUtc_ms);
  return new Date(midnightUtc_ms - offset_ms(timeZone, guess_ms));
}

function offset_ms(timeZone: string, at_ms: number): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(at_ms));
  const value = (type: string) => Number(parts.find(part => part.type === type)?.value);
  const local_ms = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return local_ms - Math.floor(at_ms / 1000) * 1000;
}
