import { createClockTrust, machineKeepsTime } from './clock-trust.js';
import type { Clock } from './contracts.js';
import { createLastHeard } from './last-heard.js';

export interface Timekeeping {
  readonly clockTrusted: () => boolean;
  /** ms since central was last heard, also before this start; Infinity when that is not known. */
  readonly offlineFor_ms: () => number;
  /** From now on central is heard through this. */
  follow(central: { online(): boolean; offset_ms(): number }): void;
  /** Takes note of central being heard until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const note_interval_ms = 2_000;

/** What the device knows of time and of its distance to central. `path`: a file that survives a restart. */
export function createTimekeeping({
  path,
  clock,
}: {
  readonly path: string;
  readonly clock: Clock;
}): Timekeeping {
  const heard = createLastHeard({ path, clock });
  let central = { online: () => false, offset_ms: () => 0 };
  return {
    clockTrusted: createClockTrust({
      clock,
      online: () => central.online(),
      offset_ms: () => central.offset_ms(),
      keepsTime: machineKeepsTime(),
      knownPast_ms: heard.knownPast_ms,
    }),
    offlineFor_ms: heard.for_ms,
    follow(next) {
      central = next;
    },
    async run(signal) {
      while (!signal.aborted) {
        if (central.online()) heard.note();
        await clock.sleep(note_interval_ms, signal);
      }
    },
  };
}
