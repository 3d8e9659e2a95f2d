type Options = Intl.DateTimeFormatOptions;

/** Making a format costs more than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, timeZone: string, options: Options): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, known);
  return known;
}

/** The calendar day there at that moment, `2026-09-01`. @throws RangeError for a time zone that does not exist */
export function dayIn(timeZone: string, at_ms: number): string {
  // Sweden writes dates as ISO 8601 does.
  return formatOf('sv-SE', timeZone, { dateStyle: 'short' }).format(at_ms);
}

/** Minutes after midnight there at that moment. @throws RangeError for a time zone that does not exist */
export function minuteIn(timeZone: string, at_ms: number): number {
  const options: Options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const [hour = 0, minute = 0] = formatOf('en-GB', timeZone, options).format(at_ms).split(':').map(Number);
  return hour * 60 + minute;
}
