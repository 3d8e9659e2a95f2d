import { Card, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { Entry, Transfer } from '../../../protocol/staff/index.js';
import { clockTime, dateTime, signedMoney } from '../format.js';
import type { Loaded } from '../loading.js';
import { useWords, wordFor } from '../words/index.js';
import { DecisionPill, Failure, Nothing, Pill } from './common.js';
import { seenByPerson_minor } from './totals.js';

interface FeedProps<T> {
  readonly title: ReactNode;
  readonly loaded: Loaded<readonly T[]>;
  readonly empty: string;
  readonly all?: { readonly to: string; readonly text: string };
  /** Ids of what came in while one was looking. */
  readonly arrived?: ReadonlySet<string>;
  readonly testId: string;
  readonly line: (one: T) => ReactNode;
}

/** A short list, newest first. */
export function Feed<T extends { readonly id: string }>(props: FeedProps<T>) {
  const { title, loaded, empty, all, arrived, testId, line } = props;
  const items = loaded.value ?? [];
  return (
    <Card
      title={title}
      loading={loaded.loading && !loaded.value && !loaded.error}
      extra={all && <Link to={all.to}>{all.text}</Link>}
    >
      <Failure loaded={loaded} />
      {loaded.value && items.length === 0 && <Nothing text={empty} />}
      <ul className="feed" data-testid={testId}>
        {items.map(one => (
          <li key={one.id} className={arrived?.has(one.id) ? 'fresh' : ''}>
            {line(one)}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** `of`: what the list is about, and need not be said in every line. */
export function EntryLine({ entry, of }: { readonly entry: Entry; readonly of: 'today' | 'person' }) {
  const words = useWords();
  const when = of === 'today' ? clockTime(entry.at, words.language) : dateTime(entry.at, words.language);
  return (
    <>
      {of === 'today' && <span className="num sub">{when}</span>}
      <span className="main" style={of === 'person' ? { gridColumn: 'span 2' } : {}}>
        {of === 'person' ? entry.accessPointName : <PersonName of={entry} />}
        <span className="sub num">{of === 'person' ? when : entry.accessPointName}</span>
      </span>
      <DecisionPill entry={entry} />
    </>
  );
}

export function TransferLine({
  transfer,
  of,
}: {
  readonly transfer: Transfer;
  readonly of: 'today' | 'person';
}) {
  const words = useWords();
  const { kind, tillName, mode, currency, wallet } = transfer;
  const at = transfer.occurredAt ?? transfer.at;
  const what = [
    wordFor(words, 'kind', kind),
    ...(wallet === 'subsidy' && kind === 'meal' ? [words('wallet_subsidy')] : []),
    ...(tillName ? [tillName] : []),
    ...(mode === 'offline' ? [words('offline')] : []),
  ].join(' · ');
  return (
    <>
      {of === 'today' && <span className="num sub">{clockTime(at, words.language)}</span>}
      <span className="main" style={of === 'person' ? { gridColumn: 'span 2' } : {}}>
        {of === 'person' ? what : <PersonName of={transfer} />}
        <span className="sub">{of === 'person' ? dateTime(at, words.language) : what}</span>
      </span>
      <span className="end num">
        {signedMoney(seenByPerson_minor(transfer), currency, words.language)}
        {transfer.flagged && (
          <span className="sub">
            <FlagPill transfer={transfer} />
          </span>
        )}
      </span>
    </>
  );
}

/** Why somebody should look at a transfer. */
export function FlagPill({ transfer }: { readonly transfer: Transfer }) {
  const words = useWords();
  if (!transfer.flagged) return null;
  const { flag } = transfer;
  if (!flag) return <Pill tone="bad">{words('flagged')}</Pill>;
  return (
    <Tooltip title={wordFor(words, 'flagWhy', flag)}>
      <span>
        <Pill tone="bad">{wordFor(words, 'flag', flag)}</Pill>
      </span>
    </Tooltip>
  );
}

export function PersonName({
  of,
}: {
  readonly of: { readonly personId?: string; readonly personName?: string };
}) {
  const words = useWords();
  if (!of.personId) return <>{words('unknownPerson')}</>;
  return <Link to={`/people/${of.personId}`}>{of.personName ?? of.personId}</Link>;
}
