/** Keys of a reader follow each other faster than anybody types. */
export const burst_ms = 40;
/** Shorter bursts are a hand that hits several keys at once. */
export const leastScan = 8;
const longestScan = 500;

export interface PressedKey {
  readonly key: string;
  /** When it was pressed, ms. */
  readonly timeStamp: number;
}

/**
 * Tells a reader that types (a keyboard wedge) from a person: eight keys or more, each within 40 ms of the one before and Enter at the end,
 * are one reading. Everything else is handed on as typed, at most 40 ms later. `after` calls back and gives how to call it off.
 */
export function createKeySorter(needs: {
  readonly onKey: (key: string) => void;
  readonly onScan: (text: string) => void;
  readonly after: (ms: number, work: () => void) => () => void;
}) {
  const { onKey, onScan, after } = needs;
  let held: string[] = [];
  let last_ms = Number.NEGATIVE_INFINITY;
  let callOff: (() => void) | undefined;

  const handOn = (): void => {
    callOff?.();
    callOff = undefined;
    const keys = held;
    held = [];
    for (const key of keys) onKey(key);
  };
  return {
    press({ key, timeStamp }: PressedKey): void {
      // Shift of a capital, and whatever else is no character.
      if (key.length > 1 && key !== 'Enter') {
        if (key === 'Shift') return;
        handOn();
        onKey(key);
        return;
      }
      if (timeStamp - last_ms > burst_ms) handOn();
      last_ms = timeStamp;
      if (key === 'Enter') {
        const text = held.join('');
        if (held.length < leastScan) {
          handOn();
          onKey(key);
          return;
        }
        held = [];
        callOff?.();
        onScan(text);
        return;
      }
      held.push(key);
      if (held.length > longestScan) handOn();
      callOff?.();
      callOff = after(burst_ms, handOn);
    },
    stop(): void {
      callOff?.();
      held = [];
    },
  };
}
