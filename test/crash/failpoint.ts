/** A named point at which a process may be made to end, as if the power went: `kill -9` on itself. */
export interface Failpoint {
  (name: string): void;
  /** Ends the process when the point is passed for the n-th time from now on. */
  arm(name: string, nth: number): void;
}

/** `PORTER_TEST_KILL_AT=name:nth`; without it nothing happens. */
export function createFailpoint(wanted = process.env.PORTER_TEST_KILL_AT): Failpoint {
  let armed: string | undefined;
  let left = 0;
  const arm = (name: string, nth: number): void => {
    armed = name;
    left = nth;
  };
  const [name, nth] = wanted?.split(':') ?? [];
  if (name !== undefined) arm(name, Number(nth ?? 1));
  const pass = (passed: string): void => {
    if (passed !== armed || --left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal comes within this call or never.
    for (;;);
  };
  return Object.assign(pass, { arm });
}

/** Where a till can be killed. */
export const tillPoints = [
  ...['order.open', 'order.opened', 'order.holding', 'order.held', 'order.cancelled'],
  ...['authorise.sent', 'authorise.answered', 'release.sent', 'release.answered'],
  ...['meal.begun', 'meal.written', 'meal.committed', 'meal.shown'],
  ...['events.sent', 'events.answered', 'settle.begun', 'settle.committed'],
] as const;

/** Where central can be killed. */
export const centralPoints = ['statement', 'commit', 'committed'] as const;
