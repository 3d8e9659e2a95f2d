import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { Person, PersonSummary } from '../../../protocol/staff/index.js';
import { useSettled } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

/** The fields of a filter that are set. */
export type FilterValues<K extends string> = Readonly<Partial<Record<K, string>>>;

/** A filter that lives in the page's address: it survives a reload, the way back, and can be sent to somebody. */
export function useFilter<K extends string>(
  keys: readonly K[],
): readonly [FilterValues<K>, (change: Partial<Record<K, string | undefined>>) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const filter = useMemo(() => filterIn(new URLSearchParams(text), keys), [text, keys]);
  const change = useCallback(
    (changes: Partial<Record<K, string | undefined>>) =>
      setParams(
        before => {
          const after = new URLSearchParams(before);
          for (const [key, value] of Object.entries(changes)) {
            if (typeof value === 'string' && value !== '') after.set(key, value);
            else after.delete(key);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [filter, change];
}

export function filterIn<K extends string>(params: URLSearchParams, keys: readonly K[]): FilterValues<K> {
  return Object.fromEntries(
    keys.flatMap(key => {
      const value = params.get(key);
      return value ? [[key, value]] : [];
    }),
  ) as FilterValues<K>;
}

/** Whether something that happened at `at` lies within the filter's dates (RFC 3339 in UTC, comparable as text). */
export function isWithin(
  at: string,
  { from, to }: { readonly from?: string; readonly to?: string },
): boolean {
  return (from === undefined || at >= from) && (to === undefined || at <= to);
}

interface RangeProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onChange: (range: { from: string | undefined; to: string | undefined }) => void;
}

export function RangeFilter({ from, to, onChange }: RangeProps) {
  const words = useWords();
  const now = dayjs();
  return (
    <DatePicker.RangePicker
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      allowEmpty={[true, true]}
      aria-label={words('when')}
      value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
      presets={[
        { label: words('today_range'), value: [now.startOf('day'), now.endOf('day')] },
        { label: words('last24h'), value: [now.subtract(1, 'day'), now] },
        { label: words('last7d'), value: [now.subtract(7, 'day'), now] },
      ]}
      onChange={dates => onChange({ from: dates?.[0]?.toISOString(), to: dates?.[1]?.toISOString() })}
    />
  );
}

interface PersonSelectProps {
  readonly value?: string | undefined;
  readonly onChange?: (personId: string | undefined) => void;
  readonly id?: string;
}

const typing_ms = 250;

/** Finds a person by name or student number at central; there may be too many to list. */
export function PersonSelect({ value, onChange, id }: PersonSelectProps) {
  const words = useWords();
  const { api } = useWork();
  const [typed, setTyped] = useState('');
  const query = useSettled(typed.trim(), typing_ms);
  const [found, setFound] = useState<readonly PersonSummary[]>([]);
  const [chosen, setChosen] = useState<Person>();
  useEffect(() => {
    let isOld = false;
    api.get<{ items: PersonSummary[] }>('/people', { query, limit: 20 }).then(
      page => !isOld && setFound(page.items),
      () => !isOld && setFound([]),
    );
    return () => {
      isOld = true;
    };
  }, [api, query]);
  useEffect(() => {
    if (!value) return;
    let isOld = false;
    api.get<Person>(`/people/${value}`).then(
      person => !isOld && setChosen(person),
      () => undefined,
    );
    return () => {
      isOld = true;
    };
  }, [api, value]);
  const options = [
    ...(chosen && chosen.id === value && !found.some(one => one.id === value) ? [chosen] : []),
    ...found,
  ].map(one => ({ value: one.id, label: `${one.name} · ${one.studentNumber}` }));
  return (
    <Select
      {...(id ? { id } : {})}
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={words('findPerson')}
      aria-label={words('person')}
      {...(value ? { value } : {})}
      options={options}
      notFoundContent={words('noPeople')}
      onChange={(personId?: string) => onChange?.(personId)}
      data-testid="filter-person"
    />
  );
}
