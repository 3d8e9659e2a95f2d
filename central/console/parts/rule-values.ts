import type { WeeklyWindow } from '../../../protocol/gallery.js';
import type { AccessRuleCreate } from '../../../protocol/staff/index.js';

interface TimeOfDay {
  hour(): number;
  minute(): number;
}
interface Day {
  startOf(unit: 'day'): { toISOString(): string };
  endOf(unit: 'day'): { toISOString(): string };
}

/** One line of the form: hours without days mean every day, days without hours the whole day. */
export interface WindowValues {
  readonly days?: readonly number[];
  readonly hours?: readonly [TimeOfDay, TimeOfDay] | null;
}

export interface RuleValues {
  readonly accessPointId: string;
  readonly who: 'everyone' | 'building' | 'person';
  readonly building?: string;
  readonly personId?: string;
  readonly windows?: readonly WindowValues[];
  readonly validity?: readonly [Day | null, Day | null] | null;
}

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const wholeDay_min = 1440;

/** What a form's values ask of central. Hours over midnight become two windows: to midnight, and from it on the next days. */
export function ruleOf(values: RuleValues): AccessRuleCreate {
  const { accessPointId, windows = [], validity } = values;
  const [from, until] = validity ?? [];
  return {
    accessPointId,
    subject: subjectOf(values),
    windows: windows.flatMap(windowsOf),
    ...(from ? { validFrom: from.startOf('day').toISOString() } : {}),
    ...(until ? { validUntil: until.endOf('day').toISOString() } : {}),
  };
}

function subjectOf({ who, building = '', personId = '' }: RuleValues): AccessRuleCreate['subject'] {
  if (who === 'building') return { kind: who, building: building.trim() };
  if (who === 'person') return { kind: who, personId };
  return { kind: who };
}

function windowsOf({ days = [], hours }: WindowValues): WeeklyWindow[] {
  if (days.length === 0 && !hours) return [];
  const chosen = days.length > 0 ? [...days].sort((a, b) => a - b) : everyDay;
  if (!hours) return [{ days: chosen, from_min: 0, to_min: wholeDay_min }];
  const [from_min, typedTo_min] = hours.map(time => time.hour() * 60 + time.minute());
  if (from_min === undefined || typedTo_min === undefined) return [];
  // "22:00 to 00:00" ends with the day.
  const to_min = typedTo_min === 0 ? wholeDay_min : typedTo_min;
  // Equal times are a mistake, which central names.
  if (to_min >= from_min) return [{ days: chosen, from_min, to_min }];
  const nextDays = chosen.map(day => (day % 7) + 1).sort((a, b) => a - b);
  return [
    { days: chosen, from_min, to_min: wholeDay_min },
    { days: nextDays, from_min: 0, to_min },
  ];
}
