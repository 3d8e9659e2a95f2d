import { Alert, Button, Card, Drawer } from 'antd';
import { useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Shift, ShiftDetail, ShiftDifference } from '../../../../protocol/staff/index.js';
import { dateTime, money } from '../../format.js';
import { useLoaded, usePages } from '../../loading.js';
import { Facts, Failure, MoreButton, Nothing, Pill } from '../../parts/common.js';
import { none, Rows } from '../../parts/rows.js';
import { transfersLink } from '../../parts/transfer-filter.js';
import { useWork } from '../../session.js';
import { useWords, wordFor } from '../../words/index.js';

/** What each till counted of its shift, beside what was posted of it. */
export function Shifts() {
  const words = useWords();
  const { api } = useWork();
  const [opened, setOpened] = useState<Shift>();
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: Shift[]; nextCursor?: string }>('/shifts', { cursor, limit: 30 }),
    [api],
  );
  const pages = usePages(load);
  const worth = ({ count, sum_minor }: Shift['reported']['meals'], currency: string) => (
    <span className="num">
      {words('mealsWorth', { count, amount: money(sum_minor, currency, words.language) })}
    </span>
  );
  return (
    <Card>
      <Failure loaded={pages} />
      <Rows
        items={pages.value?.items ?? []}
        loaded={pages}
        empty={words('noShifts')}
        minWidth_px={960}
        testId="shifts"
        columns={[
          { title: words('shiftTime'), show: one => <ShiftTime shift={one} /> },
          {
            title: words('till'),
            show: one => [one.canteen, one.stall, one.tillName].filter(Boolean).join(' · '),
          },
          { title: words('cashier'), show: one => one.cashier },
          { title: words('tillCounted'), align: 'end', show: one => worth(one.reported.meals, one.currency) },
          { title: words('centralPosted'), align: 'end', show: one => worth(one.posted.meals, one.currency) },
          {
            title: words('agreement'),
            show: one => (
              <Button
                type="link"
                size="small"
                style={{ padding: 0 }}
                onClick={() => setOpened(one)}
                data-testid="open-shift"
              >
                <Agreement shift={one} />
              </Button>
            ),
          },
        ]}
      />
      <MoreButton pages={pages} />
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={opened ? words('shiftOf', { cashier: opened.cashier }) : ''}
        size={560}
      >
        {opened && <Detail key={opened.id} id={opened.id} />}
      </Drawer>
    </Card>
  );
}

function ShiftTime({ shift }: { readonly shift: Shift }) {
  const { language } = useWords();
  return (
    <>
      <span className="num">{dateTime(shift.openedAt, language)}</span> –{' '}
      <span className="num">{dateTime(shift.closedAt, language)}</span>
    </>
  );
}

function Agreement({ shift }: { readonly shift: Pick<Shift, 'agrees'> }) {
  const words = useWords();
  return shift.agrees ? (
    <Pill tone="good">{words('shiftAgrees')}</Pill>
  ) : (
    <Pill tone="bad">{words('shiftDiffers')}</Pill>
  );
}

function Detail({ id }: { readonly id: string }) {
  const words = useWords();
  const { api } = useWork();
  const load = useCallback(() => api.get<ShiftDetail>(`/shifts/${id}`), [api, id]);
  const loaded = useLoaded(load);
  const shift = loaded.value;
  if (!shift) return <Failure loaded={loaded} />;
  const sum = (minor: number) => money(minor, shift.currency, words.language);
  const both = (figure: keyof Shift['reported']) => (
    <span className="num">
      {words('mealsWorth', {
        count: shift.reported[figure].count,
        amount: sum(shift.reported[figure].sum_minor),
      })}
      {' / '}
      {words('mealsWorth', {
        count: shift.posted[figure].count,
        amount: sum(shift.posted[figure].sum_minor),
      })}
    </span>
  );
  return (
    <div className="stack" data-testid="shift-detail">
      <Facts
        facts={[
          {
            label: words('till'),
            value: [shift.canteen, shift.stall, shift.tillName].filter(Boolean).join(' · '),
          },
          { label: words('shiftTime'), value: <ShiftTime shift={shift} /> },
          { label: words('agreement'), value: <Agreement shift={shift} /> },
          {
            label: '',
            value: <span className="sub">{`${words('tillCounted')} / ${words('centralPosted')}`}</span>,
          },
          { label: words('mealsCount'), value: both('meals') },
          { label: words('offlineCount'), value: both('offline') },
          { label: words('refundsWorth'), value: both('refunds') },
        ]}
      />
      {!shift.itemised && <Alert type="info" showIcon title={words('sumsOnly')} />}
      {shift.itemised && shift.differences.length === 0 && <Nothing text={words('noDifferences')} />}
      {shift.differences.length > 0 && <Differences of={shift.differences} sum={sum} />}
    </div>
  );
}

function Differences(props: {
  readonly of: readonly ShiftDifference[];
  readonly sum: (minor: number) => string;
}) {
  const { of, sum } = props;
  const words = useWords();
  const amount = (minor: number | undefined) =>
    minor === undefined ? none : <span className="num">{sum(minor)}</span>;
  return (
    <Rows
      items={of.map(one => ({ id: one.orderId, ...one }))}
      loaded={{ loading: false, error: undefined }}
      empty=""
      minWidth_px={460}
      testId="differences"
      columns={[
        {
          title: words('differences'),
          show: one => (
            <>
              {wordFor(words, 'difference', one.kind)}
              <span className="sub"> {one.code}</span>
            </>
          ),
        },
        {
          title: words('order'),
          show: one => (
            <Link to={transfersLink({ orderId: one.orderId })} className="mono">
              …{one.orderId.slice(-12)}
            </Link>
          ),
        },
        { title: words('tillCounted'), align: 'end', show: one => amount(one.reported_minor) },
        { title: words('centralPosted'), align: 'end', show: one => amount(one.posted_minor) },
      ]}
    />
  );
}
