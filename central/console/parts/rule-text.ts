import type { WeeklyWindow } from '../../../protocol/gallery.js';
import type { AccessRuleCreate } from '../../../protocol/staff/index.js';
import { date, minuteOfDay } from '../format.js';
import type { Words } from '../words/index.js';

const wholeDay_min = 1440;

/** One line for each weekly window. */
export function windowsText(windows: readonly WeeklyWindow[], words: Words): readonly string[] {
  if (windows.length === 0) return [words('always')];
  return windows.map(({ days, from_min, to_min }) => {
    const isWhole = from_min === 0 && to_min === wholeDay_min;
    const hours = isWhole ? '' : `${minuteOfDay(from_min)}–${minuteOfDay(to_min)}`;
    return [daysText(days, words), hours].filter(Boolean).join(' ');
  });
}

/** "Mon–Fri, Sun": runs of three and more days are drawn together. */
export function daysText(days: readonly number[], words: Words): string {
  const names = words('weekdays').split(',');
  const name = (day: number) => names[day - 1] ?? '?';
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 7) return words('everyDay');
  const runs: number[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const separator = words.language === 'zh' ? '、' : ', ';
  return runs
    .flatMap(run => {
      const [first = 0, ...rest] = run;
      const last = rest.at(-1);
      return rest.length >= 2 && last !== undefined ? [`${name(first)}–${name(last)}`] : run.map(name);
    })
    .join(separator);
}

export function validityText(
  { validFrom, validUntil }: Pick<AccessRuleCreate, 'validFrom' | 'validUntil'>,
  words: Words,
): string {
  const day = (iso: string) => date(iso, words.language);
  if (validFrom && validUntil) return words('validFromTo', { from: day(validFrom), to: day(validUntil) });
  if (validFrom) return words('validFrom', { from: day(validFrom) });
  if (validUntil) return words('validTo', { to: day(validUntil) });
  return words('noEnd');
}
