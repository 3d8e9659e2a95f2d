import type { GalleryPerson, TillScreen, TillSettings } from '../../protocol/index.js';

type Declined = Extract<TillScreen['phase'], { name: 'declined' }>['reason'];

/** What the till knows when it has to decide alone. */
export interface OfflineFacts {
  readonly settings: TillSettings;
  readonly person: GalleryPerson;
  readonly amount_minor: number;
  /** Served offline and not yet acknowledged by central, all persons. */
  readonly tillTotal_minor: number;
  /** This person's meals at this till today. */
  readonly personToday_minor: number;
  /** Since central was last heard; Infinity when that is not known. */
  readonly offlineFor_ms: number;
  readonly clockTrusted: boolean;
}

/** Whether a meal may be served without central: undefined means yes. Each limit bounds what an offline till can lose. */
export function refuseOffline(facts: OfflineFacts): Declined | undefined {
  const { settings, person, amount_minor } = facts;
  const { offline } = settings;
  if (person.status === 'blocked') return 'blocked';
  if (!person.payment?.offlineAllowed) return 'offline-limit';
  if (!facts.clockTrusted) return 'clock-untrusted';
  const perMeal_minor = Math.min(offline.perMealLimit_minor, person.payment.perMealLimit_minor);
  const perDay_minor = Math.min(offline.perPersonDayLimit_minor, person.payment.perDayLimit_minor);
  if (amount_minor > perMeal_minor) return 'offline-limit';
  if (facts.personToday_minor + amount_minor > perDay_minor) return 'offline-limit';
  if (facts.tillTotal_minor + amount_minor > offline.tillTotalLimit_minor) return 'offline-limit';
  if (facts.offlineFor_ms > offline.maxHours * 3_600_000) return 'offline-limit';
  return undefined;
}
