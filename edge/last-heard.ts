import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from './contracts.js';

/** When central was last heard, also before this start: a till's hours offline must not begin anew with a restart. */
export interface LastHeard {
  /** Takes note that central answers now. */
  note(): void;
  /** ms since central was last heard; Infinity when that is not known. */
  for_ms(): number;
  /** Wall time that had passed for certain before this start, Unix ms. */
  readonly knownPast_ms: number;
}

const write_interval_ms = 60_000;

export function createLastHeard({
  path,
  clock,
}: {
  readonly path: string;
  readonly clock: Clock;
}): LastHeard {
  const before_ms = readTime(path);
  let heard_ms: number | undefined;
  let written_ms = Number.NEGATIVE_INFINITY;
  return {
    knownPast_ms: before_ms ?? 0,
    note() {
      heard_ms = clock.monotonic_ms();
      if (heard_ms - written_ms < write_interval_ms) return;
      written_ms = heard_ms;
      writeTime(path, clock.now_ms());
    },
    for_ms() {
      if (heard_ms !== undefined) return clock.monotonic_ms() - heard_ms;
      return before_ms === undefined ? Number.POSITIVE_INFINITY : Math.max(0, clock.now_ms() - before_ms);
    },
  };
}

function readTime(path: string): number | undefined {
  try {
    const time_ms = Date.parse(readFileSync(path, 'utf8').trim());
    return Number.isNaN(time_ms) ? undefined : time_ms;
  } catch {
    return undefined;
  }
}

/** A disk that is full must not stop the device; then the older time stands, which is the strict side. */
function writeTime(path: string, time_ms: number): void {
  try {
    writeFileSync(`${path}.new`, `${new Date(time_ms).toISOString()}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {}
}
