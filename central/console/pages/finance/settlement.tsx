import { DownloadOutlined } from '@ant-design/icons';
import { Button, Card, Dropdown } from 'antd';
import { type ReactNode, useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Settlement } from '../../../../protocol/staff/index.js';
import { count, date, dateTime, money } from '../../format.js';
import { useLoaded } from '../../loading.js';
import { Failure, Nothing, Pill } from '../../parts/common.js';
import { DayCloseForm } from '../../parts/day-close-form.js';
import { type Column, none, Rows } from '../../parts/rows.js';
import { noneMark, type TransferFilter, transfersLink } from '../../parts/transfer-filter.js';
import { useMay, useWork } from '../../session.js';
import { useWords, wordFor } from '../../words/index.js';

type Figures = Settlement['total'];
const files = ['settlement.csv', 'settlement.xlsx', 'transfers.csv', 'transfers.xlsx'] as const;

/** What a canteen took on a day; each figure leads to the transactions that it sums up. */
export function SettlementView({ canteen, day }: { readonly canteen: string; readonly day: string }) {
  const words = useWords();
  const { api } = useWork();
  const path = `/canteens/${encodeURIComponent(canteen)}/days/${day}`;
  const load = useCallback(() => api.get<Settlement>(path), [api, path]);
  const loaded = useLoaded(load);
  const mayClose = useMay('closeDay');
  const [closing, setClosing] = useState(false);
  const settlement = loaded.value;
  if (!settlement) return <Failure loaded={loaded} />;
  const { closed } = settlement;
  return (
    <div className="stack" data-testid="settlement">
      <Card>
        <div className="bar" style={{ margin: 0 }}>
          <strong style={{ fontSize: 16 }}>
            {canteen} · {date(day, words.language)}
          </strong>
          {closed ? (
            <Pill tone="good">{words('dayState_closed')}</Pill>
          ) : (
            <span className="sub">{words('dayRunning')}</span>
          )}
          {closed && <span className="sub">{closedText(closed)}</span>}
          <span className="space" />
          <Dropdown
            trigger={['click']}
            menu={{
              items: files.map(file => ({
                key: file,
                label: (
                  <a href={`/api/v1${path}/${file}`} download data-testid={`export-${file}`}>
                    {wordFor(words, 'export', file.replace('.', '-'))}
                  </a>
                ),
              })),
            }}
          >
            <Button icon={<DownloadOutlined />} data-testid="export">
              {words('export')}
            </Button>
          </Dropdown>
          {mayClose && !closed && (
            <Button type="primary" onClick={() => setClosing(true)} data-testid="close-day">
              {words('closeDay')}
            </Button>
          )}
        </div>
      </Card>
      <Failure loaded={loaded} />
      <Cards settlement={settlement} />
      <Tables settlement={settlement} />
      <DayCloseForm
        open={closing}
        path={path}
        day={day}
        onClose={() => setClosing(false)}
        onDone={() => {
          setClosing(false);
          loaded.reload();
        }}
      />
    </div>
  );

  function closedText({ at, by, missingTills, reason }: NonNullable<Settlement['closed']>): string {
    const when = dateTime(at, words.language);
    return [
      words('closedBy', { when, name: by }),
      ...(missingTills.length > 0 ? [words('closedWithout', { tills: missingTills.join(', ') })] : []),
      ...(reason ? [reason] : []),
    ].join(' · ');
  }
}

function Cards({ settlement }: { readonly settlement: Settlement }) {
  const words = useWords();
  const { canteen, day, currency, total } = settlement;
  const of = { canteen, businessDay: day };
  const worth = (minor: number) => money(minor, currency, words.language);
  const cards: { word: Parameters<typeof words>[0]; text: string; filter: TransferFilter }[] = [
    { word: 'net', text: worth(total.net_minor), filter: of },
    { word: 'mealsCount', text: count(total.meals, words.language), filter: { ...of, kind: 'meal' } },
    { word: 'gross', text: worth(total.gross_minor), filter: { ...of, kind: 'meal' } },
    { word: 'refunded', text: worth(total.refunded_minor), filter: { ...of, kind: 'refund' } },
    { word: 'paidCash', text: worth(total.cash_minor), filter: { ...of, wallet: 'cash' } },
    { word: 'paidSubsidy', text: worth(total.subsidy_minor), filter: { ...of, wallet: 'subsidy' } },
  ];
  return (
    <div className="cards six">
      {cards.map(({ word, text, filter }) => (
        <dl className="figure" key={word} style={{ margin: 0 }}>
          <dt className="sub">{words(word)}</dt>
          <dd className="big">
            <Link to={transfersLink(filter)} data-testid={`figure-${word}`}>
              {text}
            </Link>
          </dd>
        </dl>
      ))}
    </div>
  );
}

function Tables({ settlement }: { readonly settlement: Settlement }) {
  const words = useWords();
  const { canteen, day, currency, tills, stalls, periods } = settlement;
  const of = { canteen, businessDay: day };
  const loaded = { loading: false, error: undefined };
  if (tills.length === 0) {
    return (
      <Card>
        <Nothing text={words('noMealsThatDay')} />
      </Card>
    );
  }
  const stallRows = stalls.map(one => ({
    id: one.stall,
    ...one,
    filter: { ...of, stall: one.stall || noneMark },
  }));
  const tillRows = tills.map(one => ({
    id: `${one.tillId} ${one.stall ?? ''}`,
    ...one,
    filter: { ...of, tillId: one.tillId, stall: one.stall ?? noneMark },
  }));
  return (
    <>
      {stalls.some(one => one.stall !== '') && (
        <Card title={words('byStall')}>
          <Rows
            items={stallRows}
            loaded={loaded}
            empty=""
            minWidth_px={980}
            testId="by-stall"
            columns={[
              { title: words('stall'), show: one => one.stall || words('noStall') },
              ...figureColumns<(typeof stallRows)[number]>(words, currency),
            ]}
          />
        </Card>
      )}
      <Card title={words('byTill')}>
        <Rows
          items={tillRows}
          loaded={loaded}
          empty=""
          minWidth_px={980}
          testId="by-till"
          columns={[
            {
              title: words('till'),
              show: one => [one.tillName, one.stall].filter(Boolean).join(' · ') || none,
            },
            ...figureColumns<(typeof tillRows)[number]>(words, currency),
          ]}
        />
      </Card>
      <Card title={words('byPeriod')}>
        <Rows
          items={periods.map(one => ({ id: one.period, ...one }))}
          loaded={loaded}
          empty=""
          minWidth_px={420}
          testId="by-period"
          columns={[
            {
              title: words('mealPeriod'),
              show: one => (one.period ? wordFor(words, 'period', one.period) : words('betweenPeriods')),
            },
            {
              title: words('mealsCount'),
              align: 'end',
              show: one => figure(count(one.meals, words.language), periodFilter(one.period, 'meal')),
            },
            {
              title: words('net'),
              align: 'end',
              show: one => figure(money(one.net_minor, currency, words.language), periodFilter(one.period)),
            },
          ]}
        />
      </Card>
    </>
  );

  function periodFilter(period: string, kind?: string): TransferFilter {
    return { ...of, mealPeriod: period || noneMark, ...(kind ? { kind } : {}) };
  }
}

/** A number that leads to its transactions. */
const figure = (text: string, filter: TransferFilter): ReactNode => (
  <span className="num">
    <Link to={transfersLink(filter)}>{text}</Link>
  </span>
);

function figureColumns<T extends Figures & { readonly filter: TransferFilter }>(
  words: ReturnType<typeof useWords>,
  currency: string,
): Column<T>[] {
  const sum = (minor: number) => money(minor, currency, words.language);
  const column = (
    word: Parameters<typeof words>[0],
    text: (one: T) => string,
    more: TransferFilter,
  ): Column<T> => ({
    title: words(word),
    align: 'end',
    show: one => figure(text(one), { ...one.filter, ...more }),
  });
  const counted = (value: number) => count(value, words.language);
  return [
    column('mealsCount', one => counted(one.meals), { kind: 'meal' }),
    column('gross', one => sum(one.gross_minor), { kind: 'meal' }),
    column('refunded', one => sum(one.refunded_minor), { kind: 'refund' }),
    column('net', one => sum(one.net_minor), {}),
    column('paidCash', one => sum(one.cash_minor), { wallet: 'cash' }),
    column('paidSubsidy', one => sum(one.subsidy_minor), { wallet: 'subsidy' }),
    column('offlineCount', one => counted(one.offline), { kind: 'meal', mode: 'offline' }),
    column('flaggedCount', one => counted(one.flagged), { kind: 'meal', flagged: 'true' }),
    column('lateCount', one => counted(one.late), { kind: 'meal', late: 'true' }),
  ];
}
