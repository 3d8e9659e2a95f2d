import { describe, expect, it } from 'vitest';
import { joined, withNewest } from './loading.js';

const one = (id: string, at: string, note = '') => ({ id, at, note });

describe('something new in a list that is newest first', () => {
  const list = [one('c', '2026-11-24T10:00:03Z'), one('a', '2026-11-24T10:00:01Z')];

  it('comes first', () => {
    expect(withNewest(list, one('d', '2026-11-24T10:00:04Z')).map(x => x.id)).toEqual(['d', 'c', 'a']);
  });
  it('takes its place when it arrives late, as from a gate that was offline', () => {
    expect(withNewest(list, one('b', '2026-11-24T10:00:02Z')).map(x => x.id)).toEqual(['c', 'b', 'a']);
    expect(withNewest(list, one('0', '2026-11-24T09:00:00Z')).map(x => x.id)).toEqual(['c', 'a', '0']);
  });
  it('is there once, however often it is told', () => {
    const again = withNewest(list, one('c', '2026-11-24T10:00:03Z', 'new'));
    expect(again.map(x => x.id)).toEqual(['c', 'a']);
    expect(again[0]!.note).toBe('new');
  });
});

it('the next page is put behind, and brings its own cursor or none', () => {
  expect(joined({ items: [1], nextCursor: 'x' }, { items: [2] })).toEqual({ items: [1, 2] });
});
