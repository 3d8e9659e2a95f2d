import { existsSync } from 'node:fs';
import type { Clock } from './contracts.js';

export interface ClockTrustNeeds {
  readonly clock: Clock;
  /** Central accepts this device's signatures, which carry its time. */
  readonly online: () => boolean;
  /** ms that central's clock is ahead, as far as it was told. */
  readonly offset_ms: () => number;
  /** The machine keeps time while it is off. */
  readonly keepsTime: boolean;
  /** Wall time that is certainly over, Unix ms. */
  readonly knownPast_ms: number;
}

/** A clock before this was never set. */
const earliest_ms = Date.parse('2026-01-01T00:00:00Z');
const tolerance_ms = 120_000;

/**
 * Whether the wall clock can be believed: while online because central compares it, afterwards as long as it has moved with the
 * monotonic clock, and before central was ever heard when the machine keeps time by itself.
 */
export function createClockTrust(needs: ClockTrustNeeds): () => boolean {
  const { clock, online, offset_ms, keepsTime, knownPast_ms } = needs;
  /** The clocks when central's was last compared with them. */
  let compared:
    | { readonly wall_ms: number; readonly monotonic_ms: number; readonly offset_ms: number }
    | undefined;
  return () => {
    const wall_ms = clock.now_ms();
    const monotonic_ms = clock.monotonic_ms();
    const isNews = compared === undefined || offset_ms() !== compared.offset_ms;
    // Being online alone says nothing of a clock that was set since the last comparison.
    if (online() && isNews) compared = { wall_ms, monotonic_ms, offset_ms: offset_ms() };
    if (!compared) return keepsTime && wall_ms >= Math.max(earliest_ms, knownPast_ms - tolerance_ms);
    const jump_ms = wall_ms - compared.wall_ms - (monotonic_ms - compared.monotonic_ms);
    return Math.abs(compared.offset_ms - jump_ms) <= tolerance_ms;
  };
}

/** False on boards without a real-time clock whose time was not set from the network either. */
export function machineKeepsTime(exists: (path: string) => boolean = existsSync): boolean {
  const isBoard = exists('/proc/device-tree/model');
  return !isBoard || exists('/dev/rtc0') || exists('/run/systemd/timesync/synchronized');
}
