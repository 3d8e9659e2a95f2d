import { Button, Card, Select } from 'antd';
import { useCallback, useState } from 'react';
import type { BusinessDay, Canteen, CanteenDays, TillWatermark } from '../../../../protocol/staff/index.js';
import { count, date, dateTime, money } from '../../format.js';
import { useLoaded } from '../../loading.js';
import { CanteenForm } from '../../parts/canteen-form.js';
import { Failure, Nothing, Pill, type Tone } from '../../parts/common.js';
import { useFilter } from '../../parts/filters.js';
import { none, Rows } from '../../parts/rows.js';
import { useMay, useWork } from '../../session.js';
import { useWords, wordFor } from '../../words/index.js';
import { SettlementView } from './settlement.js';

const keys = ['canteen', 'day'] as const;
const tones: Readonly<Record<BusinessDay['state'], Tone>> = { open: 'calm', closing: 'warn', closed: 'good' };

/** The business days of a canteen; one of them opened is its settlement. */
export function Days() {
  const words = useWords();
  const { api } = useWork();
  const [filter, setFilter] = useFilter(keys);
  const load = useCallback(async () => (await api.get<{ items: Canteen[] }>('/canteens')).items, [api]);
  const canteens = useLoaded(load);
  const mayEdit = useMay('editTills');
  const [editing, setEditing] = useState(false);
  const canteen = filter.canteen ?? canteens.value?.[0]?.name;
  const chosen = canteens.value?.find(({ name }) => name === canteen);
  if (!canteen) {
    if (canteens.error) return <Failure loaded={canteens} />;
    return canteens.loading ? null : <Nothing text={words('noCanteens')} />;
  }
  return (
    <>
      <div className="bar">
        <Select
          value={canteen}
          aria-label={words('canteen')}
          options={(canteens.value ?? []).map(({ name }) => ({ value: name, label: name }))}
          onChange={(name: string) => setFilter({ canteen: name, day: undefined })}
          data-testid="choose-canteen"
        />
        {!filter.day && mayEdit && chosen && (
          <>
            <Button onClick={() => setEditing(true)} data-testid="edit-canteen">
              {words('daysAndPeriods')}
            </Button>
            <CanteenForm
              key={chosen.name}
              canteen={chosen}
              open={editing}
              onClose={() => setEditing(false)}
              onDone={() => {
                setEditing(false);
                canteens.reload();
              }}
            />
          </>
        )}
        {filter.day && (
          <Button type="link" onClick={() => setFilter({ day: undefined })} data-testid="all-days">
            ← {words('allDays')}
          </Button>
        )}
      </div>
      {filter.day ? (
        <SettlementView key={`${canteen} ${filter.day}`} canteen={canteen} day={filter.day} />
      ) : (
        <DayList key={canteen} canteen={canteen} onOpen={day => setFilter({ canteen, day })} />
      )}
    </>
  );
}

function DayList(props: { readonly canteen: string; readonly onOpen: (day: string) => void }) {
  const { canteen, onOpen } = props;
  const words = useWords();
  const { api } = useWork();
  const load = useCallback(
    () => api.get<CanteenDays>(`/canteens/${encodeURIComponent(canteen)}/days`),
    [api, canteen],
  );
  const loaded = useLoaded(load);
  const days = (loaded.value?.items ?? []).map(day => ({ id: day.day, ...day }));
  return (
    <div className="stack">
      <Card>
        <Failure loaded={loaded} />
        <Rows
          items={days}
          loaded={loaded}
          empty={words('noData')}
          minWidth_px={760}
          testId="days"
          columns={[
            {
              title: words('day'),
              show: one => (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => onOpen(one.day)}>
                  {date(one.day, words.language)}
                </Button>
              ),
            },
            {
              title: words('state'),
              show: one => <Pill tone={tones[one.state]}>{wordFor(words, 'dayState', one.state)}</Pill>,
            },
            { title: '', show: one => <DayNote day={one} /> },
            {
              title: words('mealsCount'),
              align: 'end',
              show: one => <span className="num">{count(one.meals, words.language)}</span>,
            },
            {
              title: words('net'),
              align: 'end',
              show: one => (
                <span className="num">
                  {money(one.net_minor, loaded.value?.currency ?? 'CNY', words.language)}
                </span>
              ),
            },
          ]}
        />
      </Card>
      {loaded.value && <Watermarks tills={loaded.value.tills} />}
    </div>
  );
}

function DayNote({ day }: { readonly day: BusinessDay }) {
  const words = useWords();
  const { state, missingTills, closedAt, closedBy, reason } = day;
  const tills = missingTills.join(', ');
  if (state === 'open') return <>{none}</>;
  if (state === 'closing')
    return <span className="sub">{tills ? words('waitingFor', { tills }) : words('allDelivered')}</span>;
  const when = closedAt ? dateTime(closedAt, words.language) : '';
  const notes = [
    words('closedBy', { when, name: closedBy ?? '' }),
    ...(tills ? [words('closedWithout', { tills })] : []),
    ...(reason ? [reason] : []),
  ];
  return <span className="sub">{notes.join(' · ')}</span>;
}

function Watermarks({ tills }: { readonly tills: readonly TillWatermark[] }) {
  const words = useWords();
  const at = (iso: string | undefined, otherwise: string) =>
    iso ? <span className="num">{dateTime(iso, words.language)}</span> : otherwise;
  return (
    <Card title={words('tillsDelivered')}>
      <Rows
        items={tills.map(till => ({ id: till.tillId, ...till }))}
        loaded={{ loading: false, error: undefined }}
        empty={words('noTills')}
        minWidth_px={560}
        testId="watermarks"
        columns={[
          { title: words('till'), show: one => one.tillName },
          { title: words('stall'), show: one => one.stall ?? none },
          { title: words('settledUntil'), show: one => at(one.settledUntil, words('notSettled')) },
          { title: words('lastSeen'), show: one => at(one.lastSeenAt, words('never')) },
        ]}
      />
    </Card>
  );
}
