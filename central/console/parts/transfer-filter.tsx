import { Tag } from 'antd';
import { useCallback } from 'react';
import type { Till, Transfer } from '../../../protocol/staff/index.js';
import { queryText } from '../api.js';
import { date } from '../format.js';
import { useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';
import { type FilterValues, isWithin } from './filters.js';

/** What somebody chooses on the page of transactions. */
const chosenKeys = ['kind', 'personId', 'from', 'to', 'flagged'] as const;
/** What a figure of a settlement narrows the list to; shown as tags that can be taken off. */
const narrowKeys = [
  'canteen',
  'stall',
  'tillId',
  'businessDay',
  'mealPeriod',
  'mode',
  'wallet',
  'late',
  'orderId',
] as const;
export const transferKeys = [...chosenKeys, ...narrowKeys] as const;

type NarrowKey = (typeof narrowKeys)[number];
export type TransferFilter = FilterValues<(typeof transferKeys)[number]>;

/** In an address: of no stall, between the periods. */
export const noneMark = '-';

/** The request for what a filter shows; what is of none is asked for by an empty value. */
export function transfersPath(filter: TransferFilter, cursor: string | undefined): string {
  const pairs = Object.entries({ ...filter, cursor, limit: '50' }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value === noneMark ? '' : value]],
  );
  return `/transfers?${new URLSearchParams(pairs)}`;
}

/** The transactions behind a figure. */
export const transfersLink = (filter: TransferFilter): string => `/transactions${queryText(filter)}`;

/** Whether a transfer that came in live belongs to what is shown. */
export function transferFits(transfer: Transfer, filter: TransferFilter): boolean {
  const { flagged, late } = filter;
  const same = ['kind', 'personId', ...narrowKeys.filter(key => key !== 'late')] as const;
  return (
    (flagged !== 'true' || transfer.flagged) &&
    (late === undefined || String(isLate(transfer)) === late) &&
    same.every(key => filter[key] === undefined || (transfer[key] ?? noneMark) === filter[key]) &&
    isWithin(transfer.at, filter)
  );
}

const isLate = ({ mealDate, businessDay }: Transfer): boolean =>
  mealDate !== undefined && businessDay !== undefined && mealDate < businessDay;

export function NarrowedTo(props: {
  readonly filter: TransferFilter;
  readonly onChange: (change: Partial<Record<NarrowKey, string | undefined>>) => void;
}) {
  const { filter, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const { tillId } = filter;
  const load = useCallback(
    async () => (tillId ? (await api.get<{ items: Till[] }>('/tills')).items : []),
    [api, tillId],
  );
  const tills = useLoaded(load).value ?? [];
  const text = (key: NarrowKey, value: string): string => {
    if (key === 'tillId') return tills.find(till => till.id === value)?.name ?? words('till');
    if (key === 'businessDay') return `${words('businessDay')} ${date(value, words.language)}`;
    if (key === 'mode') return words(value === 'offline' ? 'offline' : 'online');
    if (key === 'wallet') return wordFor(words, 'wallet', value);
    if (key === 'stall' && value === noneMark) return words('noStall');
    if (key === 'mealPeriod')
      return value === noneMark ? words('betweenPeriods') : wordFor(words, 'period', value);
    if (key === 'late') return words('onlyLate');
    if (key === 'orderId') return `${words('order')} …${value.slice(-6)}`;
    return value;
  };
  const shown = narrowKeys.flatMap(key => {
    const value = filter[key];
    return value === undefined ? [] : [{ key, text: text(key, value) }];
  });
  if (shown.length === 0) return null;
  return (
    <div className="narrowed" data-testid="narrowed">
      {shown.map(({ key, text }) => (
        <Tag key={key} closable onClose={() => onChange({ [key]: undefined })}>
          {text}
        </Tag>
      ))}
    </div>
  );
}
