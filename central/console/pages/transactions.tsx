import { Button, Card, Checkbox, Select, Tag } from 'antd';
import { useCallback, useState } from 'react';
import type { Transfer } from '../../../protocol/staff/index.js';
import { dateTime, money, signedMoney } from '../format.js';
import { useLive } from '../live.js';
import { usePages, withNewest } from '../loading.js';
import { Failure, MoreButton, PageHead } from '../parts/common.js';
import { FlagPill, PersonName } from '../parts/feed.js';
import { PersonSelect, RangeFilter, useFilter } from '../parts/filters.js';
import { isRefundable, RefundForm } from '../parts/refund-form.js';
import { none, Rows } from '../parts/rows.js';
import { seenByPerson_minor, totalsOf, transferKinds } from '../parts/totals.js';
import { NarrowedTo, transferFits, transferKeys, transfersPath } from '../parts/transfer-filter.js';
import { useMay, useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

export default function Transactions() {
  const words = useWords();
  const { api } = useWork();
  const [filter, setFilter] = useFilter(transferKeys);
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: Transfer[]; nextCursor?: string }>(transfersPath(filter, cursor)),
    [api, filter],
  );
  const pages = usePages(load);
  const mayRefund = useMay('askRefund');
  const [refunding, setRefunding] = useState<Transfer>();
  useLive(event => {
    if (event.kind !== 'transfer' || !transferFits(event.transfer, filter)) return;
    pages.change(page => ({ ...page, items: withNewest(page.items, event.transfer) }));
  }, pages.reload);
  const items = pages.value?.items ?? [];
  return (
    <>
      <PageHead title={words('transactions')} />
      <Failure loaded={pages} />
      <Card>
        <search className="filters">
          <Select
            allowClear
            placeholder={words('kind')}
            aria-label={words('kind')}
            value={filter.kind ?? null}
            options={transferKinds.map(value => ({ value, label: wordFor(words, 'kind', value) }))}
            onChange={(kind?: string | null) => setFilter({ kind: kind ?? undefined })}
            data-testid="filter-kind"
          />
          <PersonSelect value={filter.personId} onChange={personId => setFilter({ personId })} />
          <RangeFilter from={filter.from} to={filter.to} onChange={setFilter} />
          <Checkbox
            checked={filter.flagged === 'true'}
            onChange={event => setFilter({ flagged: event.target.checked ? 'true' : undefined })}
            style={{ alignSelf: 'center' }}
            data-testid="filter-flagged"
          >
            {words('flaggedOnly')}
          </Checkbox>
        </search>
        <NarrowedTo filter={filter} onChange={setFilter} />
        <TransferTable items={items} pages={pages} onRefund={mayRefund ? setRefunding : undefined} />
        {items.length > 0 && <Totals items={items} />}
        <MoreButton pages={pages} />
      </Card>
      <RefundForm
        transfer={refunding}
        onClose={() => setRefunding(undefined)}
        onDone={() => {
          setRefunding(undefined);
          pages.reload();
        }}
      />
    </>
  );
}

function TransferTable(props: {
  readonly items: readonly Transfer[];
  readonly pages: { readonly loading: boolean; readonly error: Error | undefined };
  readonly onRefund: ((transfer: Transfer) => void) | undefined;
}) {
  const { items, pages, onRefund } = props;
  const words = useWords();
  return (
    <Rows
      items={items}
      loaded={pages}
      empty={words('noData')}
      minWidth_px={900}
      testId="transfers"
      columns={[
        {
          title: words('time'),
          show: one => <span className="num">{dateTime(one.occurredAt ?? one.at, words.language)}</span>,
        },
        {
          title: words('kind'),
          show: one => (
            <>
              {wordFor(words, 'kind', one.kind)}{' '}
              {one.wallet === 'subsidy' && one.kind === 'meal' && (
                <span className="sub">{words('wallet_subsidy')} </span>
              )}
              <FlagPill transfer={one} />
            </>
          ),
        },
        {
          title: words('person'),
          show: one =>
            one.personId ? (
              <>
                <PersonName of={one} /> <span className="sub num">{one.studentNumber}</span>
              </>
            ) : (
              none
            ),
        },
        {
          title: words('till'),
          show: one => [one.canteen, one.stall, one.tillName].filter(Boolean).join(' · ') || none,
        },
        {
          title: words('mode'),
          show: ({ mode }) =>
            mode === 'offline' ? <Tag>{words('offline')}</Tag> : mode ? words('online') : none,
        },
        {
          title: words('amount'),
          align: 'end',
          show: one => (
            <span className="num">{signedMoney(seenByPerson_minor(one), one.currency, words.language)}</span>
          ),
        },
        {
          title: words('balanceAfter'),
          align: 'end',
          show: ({ balanceAfter_minor, currency }) =>
            balanceAfter_minor === undefined ? (
              none
            ) : (
              <span className="num" style={balanceAfter_minor < 0 ? { color: 'var(--bad)' } : {}}>
                {money(balanceAfter_minor, currency, words.language)}
              </span>
            ),
        },
        ...(onRefund
          ? [
              {
                title: '',
                align: 'end' as const,
                show: (one: Transfer) =>
                  isRefundable(one) ? (
                    <Button size="small" onClick={() => onRefund(one)} data-testid="refund">
                      {words('refund')}
                    </Button>
                  ) : (
                    none
                  ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Totals({ items }: { readonly items: readonly Transfer[] }) {
  const words = useWords();
  return (
    <div className="totals" data-testid="totals">
      <strong>{words('totals')}</strong>
      {totalsOf(items).map(({ kind, currency, count, total_minor }) => (
        <span key={kind + currency}>
          {words('totalOf', { count, kind: wordFor(words, 'kind', kind) })}{' '}
          <span className="num">{money(total_minor, currency, words.language)}</span>
        </span>
      ))}
    </div>
  );
}
