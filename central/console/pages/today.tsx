import { Alert, Card, Progress, Statistic, Tag } from 'antd';
import { useCallback } from 'react';
import { Link } from 'react-router-dom';
import type { Device, Entry, Summary, Transfer } from '../../../protocol/staff/index.js';
import { clockTime, money } from '../format.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { DecisionTag, Failure, Nothing, PageHead } from '../parts/common.js';
import { may, useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

const shown = 14;

interface TodayData {
  readonly summary: Summary;
  readonly entries: readonly Entry[];
  readonly transfers: readonly Transfer[];
  readonly devices: readonly Device[];
}

/** What happens now: counts, entries, payments, devices. */
export default function Today() {
  const words = useWords();
  const { api, session } = useWork();
  const { role } = session.user;
  const seesEntries = may(role, 'supervisor');
  const seesMoney = may(role, 'canteen', 'finance');
  const load = useCallback(async (): Promise<TodayData> => {
    const list = <T,>(path: string) =>
      api.get<{ items: T[] }>(path, { limit: shown }).then(page => page.items);
    const [summary, entries, transfers, devices] = await Promise.all([
      api.get<Summary>('/summary'),
      seesEntries ? list<Entry>('/entries') : [],
      seesMoney ? list<Transfer>('/transfers') : [],
      api.get<{ items: Device[] }>('/devices').then(page => page.items),
    ]);
    return { summary, entries, transfers, devices };
  }, [api, seesEntries, seesMoney]);
  const loaded = useLoaded(load);
  const connected = useLive(event => {
    if (event.kind === 'entry') loaded.change(data => withEntry(data, event.entry));
    else if (event.kind === 'transfer') loaded.change(data => withTransfer(data, event.transfer));
    else if (event.kind === 'device') loaded.change(data => withDevice(data, event.device));
  }, loaded.reload);
  const data = loaded.value;
  return (
    <>
      <PageHead title={words('today')}>
        <span className="num">{data?.summary.date}</span>
      </PageHead>
      {!connected && <Alert type="warning" title={words('liveLost')} style={{ marginBottom: 12 }} />}
      <Failure loaded={loaded} />
      {data && (
        <>
          <Numbers summary={data.summary} />
          <div className="columns">
            {seesEntries && <EntryFeed entries={data.entries} />}
            {seesMoney && <MealFeed transfers={data.transfers} />}
            <DeviceCard devices={data.devices} />
          </div>
        </>
      )}
    </>
  );
}

export function withEntry(data: TodayData, entry: Entry): TodayData {
  if (data.entries.some(known => known.id === entry.id)) return data;
  const { granted, denied } = data.summary.entries;
  const entries =
    entry.decision === 'grant' ? { granted: granted + 1, denied } : { granted, denied: denied + 1 };
  return {
    ...data,
    summary: { ...data.summary, entries },
    entries: [entry, ...data.entries].slice(0, shown),
  };
}

export function withTransfer(data: TodayData, transfer: Transfer): TodayData {
  if (data.transfers.some(known => known.id === transfer.id)) return data;
  const { meals } = data.summary;
  const counted =
    transfer.kind === 'meal'
      ? { ...meals, count: meals.count + 1, total_minor: meals.total_minor + transfer.amount_minor }
      : meals;
  return {
    ...data,
    summary: { ...data.summary, meals: counted },
    transfers: [transfer, ...data.transfers].slice(0, shown),
  };
}

export function withDevice(data: TodayData, device: Device): TodayData {
  const devices = data.devices.map(known => (known.id === device.id ? device : known));
  const online = devices.filter(known => known.state === 'online').length;
  return { ...data, devices, summary: { ...data.summary, devices: { ...data.summary.devices, online } } };
}

function Numbers({ summary }: { readonly summary: Summary }) {
  const words = useWords();
  const { entries, meals, devices, people } = summary;
  return (
    <div className="cards" data-testid="summary">
      <Card size="small">
        <Statistic title={words('granted')} value={entries.granted} />
      </Card>
      <Card size="small">
        <Statistic title={words('denied')} value={entries.denied} />
      </Card>
      <Card size="small">
        <Statistic title={words('meals')} value={meals.count} />
      </Card>
      <Card size="small">
        <Statistic
          title={words('takings')}
          value={money(meals.total_minor, meals.currency, words.language)}
        />
      </Card>
      <Card size="small">
        <Statistic title={words('devicesOnline')} value={`${devices.online} / ${devices.total}`} />
      </Card>
      <Card size="small">
        <Statistic title={words('enrolled')} value={people.enrolled} />
        <Progress
          percent={Math.min(100, (people.enrolled / people.filingLimit) * 100)}
          showInfo={false}
          size="small"
          {...(people.enrolled >= people.filingLimit * 0.9 ? { status: 'exception' as const } : {})}
        />
        <small>{words('filing', { limit: people.filingLimit.toLocaleString() })}</small>
      </Card>
    </div>
  );
}

const fresh = (iso: string): string => (Date.now() - Date.parse(iso) < 3_000 ? 'fresh' : '');

function EntryFeed({ entries }: { readonly entries: readonly Entry[] }) {
  const words = useWords();
  return (
    <Card title={words('liveEntries')} size="small">
      {entries.length === 0 && <Nothing text={words('nothingYet')} />}
      <ul className="feed" data-testid="live-entries">
        {entries.map(entry => (
          <li key={entry.id} className={fresh(entry.receivedAt)}>
            <span className="num">{clockTime(entry.at, words.language)}</span>
            <span>
              {entry.personId ? (
                <Link to={`/people/${entry.personId}`}>{entry.personName}</Link>
              ) : (
                words('unknownPerson')
              )}{' '}
              <span className="sub">{entry.accessPointName}</span>
            </span>
            <DecisionTag entry={entry} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function MealFeed({ transfers }: { readonly transfers: readonly Transfer[] }) {
  const words = useWords();
  return (
    <Card title={words('liveMeals')} size="small">
      {transfers.length === 0 && <Nothing text={words('nothingYet')} />}
      <ul className="feed" data-testid="live-transfers">
        {transfers.map(transfer => (
          <li key={transfer.id} className={fresh(transfer.at)}>
            <span className="num">{clockTime(transfer.at, words.language)}</span>
            <span>
              {transfer.personId ? (
                <Link to={`/people/${transfer.personId}`}>{transfer.personName}</Link>
              ) : (
                ''
              )}{' '}
              <span className="sub">
                {wordFor(words, 'kind', transfer.kind)}
                {transfer.tillName ? ` · ${transfer.tillName}` : ''}
                {transfer.mode === 'offline' ? ` · ${words('offline')}` : ''}
              </span>
              {transfer.flagged && <Tag color="red">{words('overdrawn')}</Tag>}
            </span>
            <span className="num">{money(transfer.amount_minor, transfer.currency, words.language)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function DeviceCard({ devices }: { readonly devices: readonly Device[] }) {
  const words = useWords();
  return (
    <Card title={<Link to="/devices">{words('devices')}</Link>} size="small">
      {devices.length === 0 && <Nothing text={words('noData')} />}
      <ul className="feed">
        {devices.map(device => (
          <li key={device.id}>
            <Tag color={device.state === 'online' ? 'green' : device.state === 'offline' ? 'red' : 'default'}>
              {wordFor(words, 'state', device.state)}
            </Tag>
            <span>
              {device.name} <span className="sub">{device.placeName}</span>
            </span>
            <span className="sub">{device.status ? wordFor(words, 'camera', device.status.camera) : ''}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
