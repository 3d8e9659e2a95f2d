import { Alert, Progress, Skeleton } from 'antd';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Device, Entry, Summary, Transfer } from '../../../protocol/staff/index.js';
import { count, longDate, money } from '../format.js';
import { useConnected, useLive } from '../live.js';
import { useAtMostEvery, useLoaded, withNewest } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { DeviceStatePill, troublesOf } from '../parts/device-state.js';
import { EntryLine, Feed, TransferLine } from '../parts/feed.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

const shown = 10;
/** How often the counts are asked for while much happens, and while nothing does (a day may have ended). */
const counts_ms = 500;
const quiet_ms = 300_000;

/** What happens now: counts, entries, payments, devices. */
export default function Today() {
  const words = useWords();
  const { api } = useWork();
  const connected = useConnected();
  const seesEntries = useMay('seeEntries');
  const seesMoney = useMay('seeMoney');
  const seesDevices = useMay('seeDevices');
  const [arrived, setArrived] = useState<ReadonlySet<string>>(new Set());
  const summary = useLoaded(useCallback(() => api.get<Summary>('/summary'), [api]));
  const entries = useList<Entry>('/entries', seesEntries);
  const transfers = useList<Transfer>('/transfers', seesMoney);
  const devices = useList<Device>('/devices', seesDevices, {});
  const recount = useAtMostEvery(counts_ms, summary.reload);
  useEffect(() => {
    const timer = setInterval(recount, quiet_ms);
    return () => clearInterval(timer);
  }, [recount]);
  const arrive = (id: string) => {
    setArrived(before => new Set([id, ...before].slice(0, shown * 2)));
    recount();
  };
  useLive(
    event => {
      if (event.kind === 'entry') {
        entries.change(items => withNewest(items, event.entry).slice(0, shown));
        arrive(event.entry.id);
      } else if (event.kind === 'transfer') {
        transfers.change(items => withNewest(items, event.transfer).slice(0, shown));
        arrive(event.transfer.id);
      } else if (event.kind === 'device') {
        devices.change(items => items.map(known => (known.id === event.device.id ? event.device : known)));
        recount();
      }
    },
    () => {
      summary.reload();
      entries.reload();
      transfers.reload();
      devices.reload();
    },
  );
  const parts = [seesEntries, seesMoney, seesDevices].filter(Boolean).length;
  return (
    <>
      <PageHead title={words('today')}>
        <span className="sub">{summary.value && longDate(summary.value.date, words.language)}</span>
      </PageHead>
      {!connected && <Alert type="warning" showIcon title={words('liveLost')} style={{ marginBottom: 12 }} />}
      <Failure loaded={summary} />
      {summary.value ? <Figures summary={summary.value} /> : summary.loading && <Skeleton active />}
      <div className={parts === 2 ? 'today two' : 'today'}>
        {seesEntries && (
          <Feed
            title={words('liveEntries')}
            loaded={entries}
            empty={words('nothingYet')}
            all={{ to: '/entries', text: words('allEntries') }}
            arrived={arrived}
            testId="live-entries"
            line={entry => <EntryLine entry={entry} of="today" />}
          />
        )}
        {seesMoney && (
          <Feed
            title={words('liveMeals')}
            loaded={transfers}
            empty={words('nothingYet')}
            all={{ to: '/transactions', text: words('allTransactions') }}
            arrived={arrived}
            testId="live-transfers"
            line={transfer => <TransferLine transfer={transfer} of="today" />}
          />
        )}
        {seesDevices && (
          <Feed
            title={words('devices')}
            loaded={devices}
            empty={words('noDevices')}
            testId="live-devices"
            line={device => <DeviceLine device={device} />}
          />
        )}
      </div>
    </>
  );
}

const recent = { limit: shown };

function useList<T>(path: string, isAllowed: boolean, query: object = recent) {
  const { api } = useWork();
  const [fixed] = useState(query);
  const load = useCallback(
    async (): Promise<readonly T[]> => (isAllowed ? (await api.get<{ items: T[] }>(path, fixed)).items : []),
    [api, path, isAllowed, fixed],
  );
  return useLoaded(load);
}

function Figures({ summary }: { readonly summary: Summary }) {
  const words = useWords();
  const { entries, meals, devices, people } = summary;
  const number = (value: number) => count(value, words.language);
  const away = devices.total - devices.online;
  const isNear = people.enrolled >= people.filingLimit * 0.9;
  const limits = { enrolled: number(people.enrolled), limit: number(people.filingLimit) };
  return (
    <dl className="cards" data-testid="summary" style={{ marginTop: 0 }}>
      <Figure
        title={words('entriesToday')}
        big={number(entries.granted)}
        note={words('deniedToday', { count: number(entries.denied) })}
      />
      <Figure
        title={words('meals')}
        big={number(meals.count)}
        note={words('takings', { amount: money(meals.total_minor, meals.currency, words.language) })}
      />
      <Figure
        title={words('devicesOnline')}
        big={number(devices.online)}
        of={` / ${number(devices.total)}`}
        note={away === 0 ? words('allOnline') : words('someAway', { count: number(away) })}
      />
      <Figure
        title={words('enrolled')}
        big={number(people.enrolled)}
        of={` ${words('enrolledOf', { total: number(people.total) })}`}
        note={
          <>
            {words(isNear ? 'filingNear' : 'filing', limits)}
            <Progress
              percent={Math.min(100, (people.enrolled / people.filingLimit) * 100)}
              showInfo={false}
              size={['100%', 4]}
              aria-label={words('filing', limits)}
              {...(isNear ? { status: 'exception' as const } : {})}
            />
          </>
        }
      />
    </dl>
  );
}

function Figure(props: {
  readonly title: string;
  readonly big: string;
  readonly of?: string;
  readonly note: ReactNode;
}) {
  const { title, big, of, note } = props;
  return (
    <div className="figure">
      <dt>{title}</dt>
      <dd className="big">
        {big}
        {of && <span className="of">{of}</span>}
      </dd>
      <dd className="sub">{note}</dd>
    </div>
  );
}

function DeviceLine({ device }: { readonly device: Device }) {
  const words = useWords();
  const troubles = troublesOf(device, words);
  return (
    <>
      <span className="main" style={{ gridColumn: 'span 2' }}>
        {device.name}
        <span className="sub">
          {words(device.kind)}
          {device.placeName === device.name ? '' : ` · ${device.placeName}`}
        </span>
        {troubles.length > 0 && <span style={{ color: 'var(--bad)' }}>{troubles.join(' · ')}</span>}
      </span>
      <DeviceStatePill state={device.state} />
    </>
  );
}
