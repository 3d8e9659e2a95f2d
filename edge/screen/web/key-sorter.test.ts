import { expect, it } from 'vitest';
import { burst_ms, createKeySorter } from './key-sorter.js';

function setUp() {
  const seen: string[] = [];
  let due: (() => void) | undefined;
  let now_ms = 1_000;
  const sorter = createKeySorter({
    onKey: key => void seen.push(key),
    onScan: text => void seen.push(`scan ${text}`),
    after(_, work) {
      due = work;
      return () => {
        if (due === work) due = undefined;
      };
    },
  });
  const type = (keys: readonly string[], gap_ms: number): void => {
    for (const key of keys) {
      now_ms += gap_ms;
      if (gap_ms > burst_ms) due?.();
      sorter.press({ key, timeStamp: now_ms });
    }
  };
  return { seen, type, silence: () => due?.() };
}

it('takes what a reader types for one reading, capitals too', () => {
  const { seen, type } = setUp();
  type(['0', '4', 'Shift', 'A', '2', 'B', '3', 'C', '4', 'Enter'], 5);
  expect(seen).toEqual(['scan 04A2B3C4']);
});

it('hands on what a person types, and Enter, in order', () => {
  const { seen, type } = setUp();
  type(['1', '2', '.', '5', '0', '0', '0', '0', '0', 'Backspace', 'Enter'], 80);
  expect(seen).toEqual(['1', '2', '.', '5', '0', '0', '0', '0', '0', 'Backspace', 'Enter']);
});

it('does not take a few keys hit at once for a reading', () => {
  const { seen, type } = setUp();
  type(['1', '2', '.', '5', 'Enter'], 2);
  expect(seen).toEqual(['1', '2', '.', '5', 'Enter']);
});

it('does not make one reading of what was typed before and a reader', () => {
  const { seen, type } = setUp();
  type(['7'], 80);
  type(['1'], 80);
  type([...'2345678', 'Enter'], 5);
  expect(seen).toEqual(['7', 'scan 12345678']);
});

it('hands on at the latest when it has been silent', () => {
  const { seen, type, silence } = setUp();
  type(['5', '0'], 5);
  expect(seen).toEqual([]);
  silence();
  expect(seen).toEqual(['5', '0']);
});
