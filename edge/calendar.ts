const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day there at that moment, `2026-09-01`. @throws RangeError for a time zone that does not exist */
export function dayIn(timeZone: string, at_ms: number): string {
  let format = formats.get(timeZone);
  if (!format) {
    // Sweden writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(at_ms);
}
