import type { Language } from './words/index.js';

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

/** 1250 → "¥12.50" as the language writes it. */
export function money(minor: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(locales[language], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).format(minor / 100);
}

/** With its sign always: "+¥60.00", "−¥12.50". */
export function signedMoney(minor: number, currency: string, language: Language): string {
  return `${minor < 0 ? '−' : '+'}${money(Math.abs(minor), currency, language)}`;
}

/** 3,500. */
export function count(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language]).format(value);
}

/** 0.834 → "83 %" as the language writes it. */
export function percent(share: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { style: 'percent', maximumFractionDigits: 0 }).format(
    share,
  );
}

/** "24 Nov 2026, 01:29:31". */
export function dateTime(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(iso),
  );
}

/** "24 Nov 2026"; a plain date like 2026-11-24 is that day wherever one reads it. */
export function date(iso: string, language: Language): string {
  const isPlain = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  return new Intl.DateTimeFormat(locales[language], {
    dateStyle: 'medium',
    ...(isPlain ? { timeZone: 'UTC' } : {}),
  }).format(new Date(iso));
}

/** "Tuesday, 24 November 2026", of a plain date. */
export function longDate(plain: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(plain),
  );
}

export function clockTime(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { timeStyle: 'medium' }).format(new Date(iso));
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** 510 → "08:30". */
export function minuteOfDay(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** 83,000 → "1:23"; never below zero. */
export function countdown(left_ms: number): string {
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Full years between a date of birth (YYYY-MM-DD) and a day (the same). */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** Today where the browser is, YYYY-MM-DD. */
export function plainDay(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
