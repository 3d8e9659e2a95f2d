import { Button, Card, Drawer, Select } from 'antd';
import { useCallback, useState } from 'react';
import type { AccessPoint, Entry } from '../../../protocol/staff/index.js';
import { dateTime } from '../format.js';
import { useLive } from '../live.js';
import { type Pages, useLoaded, usePages, withNewest } from '../loading.js';
import { DecisionPill, Failure, MoreButton, PageHead } from '../parts/common.js';
import { EvidenceOf } from '../parts/evidence.js';
import { PersonName } from '../parts/feed.js';
import { type FilterValues, isWithin, PersonSelect, RangeFilter, useFilter } from '../parts/filters.js';
import { Rows } from '../parts/rows.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

const keys = ['decision', 'accessPointId', 'personId', 'from', 'to'] as const;
type EntryFilter = FilterValues<(typeof keys)[number]>;

export default function Entries() {
  const words = useWords();
  const { api } = useWork();
  const [filter, setFilter] = useFilter(keys);
  const [shown, setShown] = useState<Entry>();
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: Entry[]; nextCursor?: string }>('/entries', { ...filter, cursor, limit: 50 }),
    [api, filter],
  );
  const pages = usePages(load);
  useLive(event => {
    if (event.kind !== 'entry' || !entryFits(event.entry, filter)) return;
    pages.change(page => ({ ...page, items: withNewest(page.items, event.entry) }));
  }, pages.reload);
  return (
    <>
      <PageHead title={words('entries')} />
      <Failure loaded={pages} />
      <Card>
        <EntryFilters filter={filter} onChange={setFilter} />
        <EntryTable pages={pages} onShow={setShown} />
        <MoreButton pages={pages} />
      </Card>
      <Drawer
        title={words('evidence')}
        open={shown !== undefined}
        onClose={() => setShown(undefined)}
        size={440}
      >
        {shown && <EvidenceOf entry={shown} />}
      </Drawer>
    </>
  );
}

function EntryTable(props: { readonly pages: Pages<Entry>; readonly onShow: (entry: Entry) => void }) {
  const { pages, onShow } = props;
  const words = useWords();
  return (
    <Rows
      items={pages.value?.items ?? []}
      loaded={pages}
      empty={words('noData')}
      minWidth_px={860}
      testId="entries"
      columns={[
        {
          title: words('time'),
          show: entry => <span className="num">{dateTime(entry.at, words.language)}</span>,
        },
        {
          title: words('person'),
          show: entry => (
            <>
              <PersonName of={entry} /> <span className="sub num">{entry.studentNumber}</span>
            </>
          ),
        },
        {
          title: words('door'),
          show: entry => (
            <>
              {entry.accessPointName}{' '}
              <span className="sub">
                {words(entry.direction === 'in' ? 'direction_in' : 'direction_out')}
              </span>
            </>
          ),
        },
        { title: words('decision'), show: entry => <DecisionPill entry={entry} /> },
        {
          title: words('score'),
          align: 'end',
          show: entry => <span className="num">{entry.evidence.score.toFixed(3)}</span>,
        },
        {
          title: words('evidenceShort'),
          align: 'end',
          show: entry => (
            <Button
              size="small"
              type="link"
              style={{ padding: 0 }}
              onClick={() => onShow(entry)}
              data-testid="evidence-open"
            >
              {words('why')}
            </Button>
          ),
        },
      ]}
    />
  );
}

/** Whether an entry that came in live belongs to what is shown. */
export function entryFits(entry: Entry, filter: EntryFilter): boolean {
  const { decision, accessPointId, personId } = filter;
  return (
    (decision === undefined || entry.decision === decision) &&
    (accessPointId === undefined || entry.accessPointId === accessPointId) &&
    (personId === undefined || entry.personId === personId) &&
    isWithin(entry.at, filter)
  );
}

function EntryFilters(props: {
  readonly filter: EntryFilter;
  readonly onChange: (change: Partial<Record<keyof EntryFilter, string | undefined>>) => void;
}) {
  const { filter, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const loadPoints = useCallback(
    () => api.get<{ items: AccessPoint[] }>('/access-points').then(page => page.items),
    [api],
  );
  const points = useLoaded(loadPoints);
  return (
    <search className="filters">
      <Select
        allowClear
        placeholder={words('decision')}
        aria-label={words('decision')}
        value={filter.decision ?? null}
        options={[
          { value: 'grant', label: words('granted') },
          { value: 'deny', label: words('denied') },
        ]}
        onChange={(decision?: string | null) => onChange({ decision: decision ?? undefined })}
        data-testid="filter-decision"
      />
      <Select
        allowClear
        placeholder={words('door')}
        aria-label={words('door')}
        value={filter.accessPointId ?? null}
        options={(points.value ?? []).map(point => ({ value: point.id, label: point.name }))}
        onChange={(id?: string | null) => onChange({ accessPointId: id ?? undefined })}
        data-testid="filter-access-point"
      />
      <PersonSelect value={filter.personId} onChange={personId => onChange({ personId })} />
      <RangeFilter from={filter.from} to={filter.to} onChange={onChange} />
    </search>
  );
}
