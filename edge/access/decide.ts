import type { AccessGrant, AccessReason, GalleryPerson, WeeklyWindow } from '../../protocol/index.js';
import type { Verdict } from '../vision/index.js';

export interface AccessQuestion {
  readonly verdict: Exclude<Verdict, { kind: 'pending' }>;
  /** What the gallery knows of the identified person. */
  readonly person: GalleryPerson | undefined;
  readonly accessPointId: string;
  /** Wall clock, Unix ms, and whether it can be believed. */
  readonly now_ms: number;
  readonly clockTrusted: boolean;
  /** IANA zone of the campus. */
  readonly timeZone: string;
}

export interface AccessDecision {
  readonly decision: 'grant' | 'deny';
  readonly reason: AccessReason;
}

const deny = (reason: AccessReason): AccessDecision => ({ decision: 'deny', reason });

/** Who may pass now. A person counts as unknown when it left the gallery between search and decision. */
export function decideAccess(question: AccessQuestion): AccessDecision {
  const { verdict, person, accessPointId, now_ms, clockTrusted, timeZone } = question;
  if (verdict.kind === 'not-live') return deny('not-live');
  if (verdict.kind === 'unsure') return deny('unsure');
  if (verdict.kind === 'unknown' || !person) return deny('unknown-person');
  if (person.status === 'blocked') return deny('blocked');
  const grants = (person.access ?? []).filter(grant => grant.accessPointId === accessPointId);
  if (grants.length === 0) return deny('no-permission');
  if (!clockTrusted) {
    // Without a clock only what was given without a time stands.
    const untimed = !person.validUntil && grants.some(grant => !isTimed(grant));
    return untimed ? { decision: 'grant', reason: 'granted' } : deny('clock-untrusted');
  }
  if (person.validUntil && now_ms >= Date.parse(person.validUntil)) return deny('expired');
  const valid = grants.filter(
    ({ validFrom, validUntil }) =>
      (!validFrom || now_ms >= Date.parse(validFrom)) && (!validUntil || now_ms < Date.parse(validUntil)),
  );
  if (valid.length === 0) return deny('expired');
  const moment = localMoment(now_ms, timeZone);
  const open = valid.some(
    grant => grant.windows.length === 0 || grant.windows.some(window => contains(window, moment)),
  );
  return open ? { decision: 'grant', reason: 'granted' } : deny('outside-schedule');
}

function isTimed({ validFrom, validUntil, windows }: AccessGrant): boolean {
  return validFrom !== undefined || validUntil !== undefined || windows.length > 0;
}

interface LocalMoment {
  /** 1 = Monday … 7 = Sunday. */
  readonly day: number;
  readonly minute: number;
}

/** A window whose end lies before its start goes on past midnight and belongs to the day on which it began. */
function contains({ days, from_min, to_min }: WeeklyWindow, { day, minute }: LocalMoment): boolean {
  if (from_min <= to_min) return days.includes(day) && minute >= from_min && minute < to_min;
  const dayBefore = day === 1 ? 7 : day - 1;
  return (days.includes(day) && minute >= from_min) || (days.includes(dayBefore) && minute < to_min);
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function localMoment(now_ms: number, timeZone: string): LocalMoment {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now_ms);
  const part = (type: string): string => parts.find(one => one.type === type)?.value ?? '';
  return {
    day: weekdays.indexOf(part('weekday')) + 1,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
}
