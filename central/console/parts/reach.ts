import { useEffect, useState } from 'react';
import type { Purpose } from '../../../protocol/common.js';
import type { DeviceReach, Person } from '../../../protocol/staff/index.js';
import type { WordKey, Words } from '../words/index.js';

const first_ms = 1_000;
const longest_ms = 30_000;

/** How far a purpose's latest change has come, in words; `isWhole` when every device has it. */
export function reachText(
  reach: DeviceReach | undefined,
  words: Words,
): { readonly text: string; readonly isWhole: boolean } | undefined {
  if (!reach || reach.devices === 0 || reach.purpose === 'attendance') return undefined;
  const { purpose, devices, upToDate, erased } = reach;
  const kind: 'reach' | 'erased' = erased === undefined ? 'reach' : 'erased';
  const key: WordKey = `${kind}_${purpose satisfies Exclude<Purpose, 'attendance'>}`;
  return {
    text: words(key, { devices, upToDate, erased: erased ?? 0 }),
    isWhole: (erased ?? upToDate) >= devices,
  };
}

export function isPending(person: Person | undefined): boolean {
  return (person?.reach ?? []).some(
    ({ devices, upToDate, erased }) => Math.min(upToDate, erased ?? devices) < devices,
  );
}

/** Asks again, ever more slowly, while devices have yet to confirm the person's latest change. */
export function usePendingReach(person: Person | undefined, reload: () => void): void {
  const [wait_ms, setWait_ms] = useState(first_ms);
  const pending = isPending(person);
  // Each answer is a new person: it starts the next wait.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!pending) {
      setWait_ms(first_ms);
      return;
    }
    const timer = setTimeout(() => {
      setWait_ms(before => Math.min(longest_ms, before * 1.5));
      if (!document.hidden) reload();
    }, wait_ms);
    return () => clearTimeout(timer);
  }, [pending, person, wait_ms, reload]);
}
