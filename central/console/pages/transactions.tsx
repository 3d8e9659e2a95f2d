import { Card, DatePicker, Select, Table, Tag } from 'antd';
import { useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Transfer, TransferKind } from '../../../protocol/staff/index.js';
import { dateTime, money } from '../format.js';
import { useLive } from '../live.js';
import { usePages } from '../loading.js';
import { Failure, MoreButton, PageHead } from '../parts/common.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

export default function Transactions() {
  const words = useWords();
  const { api } = useWork();
  const [kind, setKind] = useState<TransferKind>();
  const [range, setRange] = useState<{ from?: string; to?: string }>({});
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: Transfer[]; nextCursor?: string }>('/transfers', {
        kind,
        ...range,
        cursor,
        limit: 50,
      }),
    [api, kind, range],
  );
  const loaded = usePages(load);
  useLive(event => {
    if (event.kind !== 'transfer' || (kind && event.transfer.kind !== kind)) return;
    loaded.change(page =>
      page.items.some(known => known.id === event.transfer.id)
        ? page
        : { ...page, items: [event.transfer, ...page.items] },
    );
  }, loaded.reload);
  const amount = (transfer: Transfer) =>
    `${transfer.kind === 'meal' ? '−' : '+'}${money(transfer.amount_minor, transfer.currency, words.language)}`;
  return (
    <>
      <PageHead title={words('transactions')} />
      <Failure loaded={loaded} />
      <Card size="small">
        <div className="filters">
          <Select
            allowClear
            placeholder={words('kind')}
            style={{ minWidth: 140 }}
            options={(['meal', 'top-up', 'refund'] as const).map(value => ({
              value,
              label: wordFor(words, 'kind', value),
            }))}
            onChange={setKind}
          />
          <DatePicker.RangePicker
            showTime
            allowEmpty={[true, true]}
            onChange={dates => {
              const from = dates?.[0]?.toISOString();
              const to = dates?.[1]?.toISOString();
              setRange({ ...(from ? { from } : {}), ...(to ? { to } : {}) });
            }}
          />
        </div>
        <Table
          rowKey="id"
          size="middle"
          dataSource={[...(loaded.value?.items ?? [])]}
          loading={loaded.loading}
          pagination={false}
          locale={{ emptyText: words('noData') }}
          scroll={{ x: 820 }}
          columns={[
            {
              title: words('time'),
              render: (_, one) => <span className="num">{dateTime(one.at, words.language)}</span>,
            },
            {
              title: words('kind'),
              render: (_, one) => (
                <>
                  {wordFor(words, 'kind', one.kind)} {one.mode === 'offline' && <Tag>{words('offline')}</Tag>}
                  {one.flagged && <Tag color="red">{words('overdrawn')}</Tag>}
                </>
              ),
            },
            {
              title: words('person'),
              render: (_, one) =>
                one.personId ? <Link to={`/people/${one.personId}`}>{one.personName}</Link> : '–',
            },
            {
              title: words('till'),
              render: (_, one) => [one.canteen, one.tillName].filter(Boolean).join(' · '),
            },
            {
              title: words('amount'),
              align: 'right',
              render: (_, one) => <span className="num">{amount(one)}</span>,
            },
            {
              title: words('balanceAfter'),
              align: 'right',
              render: (_, one) =>
                one.balanceAfter_minor === undefined ? (
                  '–'
                ) : (
                  <span className="num">{money(one.balanceAfter_minor, one.currency, words.language)}</span>
                ),
            },
          ]}
        />
        <MoreButton more={loaded.more} />
      </Card>
    </>
  );
}
