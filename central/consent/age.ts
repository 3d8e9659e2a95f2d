/** Below it a guardian must consent (PIPL, article 31). */
export const guardianAge = 14;

/** Whole years on a calendar date (`YYYY-MM-DD`) in the campus' time zone; a leap-day birthday counts from 1 March. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
