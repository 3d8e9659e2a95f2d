import { codeLife_s } from '../../protocol/pay-code.js';

/** A new code comes well before the last one is too old. */
export const renew_s = 20;

/** Below it the phone's own clock is good enough, and a slow network would only make it worse. */
const least_s = 20;

/** Seconds by which this phone's clock is behind central's, as far as it matters. */
export function offsetOf(serverTime: string, now_ms: number): number {
  const behind_s = Math.round((Date.parse(serverTime) - now_ms) / 1_000);
  return Math.abs(behind_s) > least_s ? behind_s : 0;
}

/** Whether a code that was made then is to be replaced, and how much of its time on the screen is left, 0 to 1. */
export function ageOf(made_ms: number, now_ms: number): { readonly isOld: boolean; readonly left: number } {
  const age_s = (now_ms - made_ms) / 1_000;
  // A clock that was set back makes the age negative: a new code is made for that too.
  return { isOld: age_s >= renew_s || age_s < 0, left: Math.min(1, Math.max(0, 1 - age_s / renew_s)) };
}

if (renew_s * 2 > codeLife_s) throw new Error('codes must be renewed before they are too old');
