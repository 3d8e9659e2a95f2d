import { Card, DatePicker, Descriptions, Drawer, Select, Table } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { Link } from 'react-router-dom';
import type { AccessPoint, Entry } from '../../../protocol/staff/index.js';
import { dateTime } from '../format.js';
import { useLive } from '../live.js';
import { usePages } from '../loading.js';
import { DecisionTag, Failure, MoreButton, PageHead } from '../parts/common.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

interface Filter {
  readonly accessPointId?: string;
  readonly decision?: 'grant' | 'deny';
  readonly from?: string;
  readonly to?: string;
}

export default function Entries() {
  const words = useWords();
  const { api } = useWork();
  const [filter, setFilter] = useState<Filter>({});
  const [points, setPoints] = useState<readonly AccessPoint[]>([]);
  const [shown, setShown] = useState<Entry>();
  useEffect(() => {
    api.get<{ items: AccessPoint[] }>('/access-points').then(
      page => setPoints(page.items),
      () => setPoints([]),
    );
  }, [api]);
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: Entry[]; nextCursor?: string }>('/entries', { ...filter, cursor, limit: 50 }),
    [api, filter],
  );
  const loaded = usePages(load);
  const unfiltered = Object.values(filter).every(value => value === undefined);
  useLive(event => {
    if (event.kind !== 'entry' || !unfiltered) return;
    loaded.change(page =>
      page.items.some(known => known.id === event.entry.id)
        ? page
        : { ...page, items: [event.entry, ...page.items] },
    );
  }, loaded.reload);
  return (
    <>
      <PageHead title={words('entries')} />
      <Failure loaded={loaded} />
      <Card size="small">
        <div className="filters">
          <Select
            allowClear
            placeholder={words('door')}
            style={{ minWidth: 180 }}
            options={points.map(point => ({ value: point.id, label: point.name }))}
            onChange={(accessPointId?: string) => setFilter(before => merge(before, { accessPointId }))}
          />
          <Select
            allowClear
            placeholder={words('decision')}
            style={{ minWidth: 120 }}
            options={[
              { value: 'grant', label: words('granted') },
              { value: 'deny', label: words('denied') },
            ]}
            onChange={(decision?: 'grant' | 'deny') => setFilter(before => merge(before, { decision }))}
            data-testid="filter-decision"
          />
          <DatePicker.RangePicker
            showTime
            allowEmpty={[true, true]}
            onChange={range =>
              setFilter(before =>
                merge(before, { from: range?.[0]?.toISOString(), to: range?.[1]?.toISOString() }),
              )
            }
          />
        </div>
        <Table
          rowKey="id"
          size="middle"
          dataSource={[...(loaded.value?.items ?? [])]}
          loading={loaded.loading}
          pagination={false}
          locale={{ emptyText: words('noData') }}
          scroll={{ x: 760 }}
          onRow={entry => ({ onClick: () => setShown(entry), style: { cursor: 'pointer' } })}
          columns={[
            {
              title: words('time'),
              render: (_, entry) => <span className="num">{dateTime(entry.at, words.language)}</span>,
            },
            {
              title: words('person'),
              render: (_, entry) =>
                entry.personId ? (
                  <Link to={`/people/${entry.personId}`}>{entry.personName}</Link>
                ) : (
                  words('unknownPerson')
                ),
            },
            { title: words('studentNumber'), dataIndex: 'studentNumber', className: 'num' },
            { title: words('door'), dataIndex: 'accessPointName' },
            { title: words('decision'), render: (_, entry) => <DecisionTag entry={entry} /> },
            {
              title: words('score'),
              render: (_, entry) => <span className="num">{entry.evidence.score.toFixed(3)}</span>,
            },
          ]}
        />
        <MoreButton more={loaded.more} />
      </Card>
      <Drawer title={words('evidence')} open={shown !== undefined} onClose={() => setShown(undefined)}>
        {shown && <EvidenceList entry={shown} />}
      </Drawer>
    </>
  );
}

/** Sets fields, and removes those that are undefined. */
function merge(filter: Filter, change: { [K in keyof Filter]?: Filter[K] | undefined }): Filter {
  const entries = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Filter;
}

function EvidenceList({ entry }: { readonly entry: Entry }) {
  const words = useWords();
  const { score, threshold, margin, quality, liveness, galleryRevision, galleryPersons, packId, frames } =
    entry.evidence;
  const row = (label: string, children: string) => ({
    key: label,
    label,
    children: <span className="num">{children}</span>,
  });
  return (
    <>
      <p>
        <DecisionTag entry={entry} /> {entry.personName ?? words('unknownPerson')} ·{' '}
        {dateTime(entry.at, words.language)}
      </p>
      <Descriptions
        column={1}
        size="small"
        bordered
        items={[
          row(words('score'), score.toFixed(3)),
          row(words('threshold'), threshold.toFixed(3)),
          row(words('margin'), margin.toFixed(3)),
          row(words('quality'), quality.toFixed(2)),
          row(words('liveness'), liveness === undefined ? '–' : liveness.toFixed(2)),
          row(words('frames'), String(frames)),
          row(words('gallery'), `${galleryPersons} · ${words('revision')} ${galleryRevision}`),
          row(words('pack'), packId),
        ]}
      />
    </>
  );
}
