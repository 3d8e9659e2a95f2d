import { App, Button, Card, Popconfirm, Segmented, Tooltip } from 'antd';
import { useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Refund, RefundState } from '../../../../protocol/staff/index.js';
import { dateTime, money } from '../../format.js';
import { usePages } from '../../loading.js';
import { Failure, MoreButton, Pill, type Tone } from '../../parts/common.js';
import { useFilter } from '../../parts/filters.js';
import { none, Rows } from '../../parts/rows.js';
import { transfersLink } from '../../parts/transfer-filter.js';
import { useMay, useWork } from '../../session.js';
import { useWords, wordFor } from '../../words/index.js';

const keys = ['state'] as const;
const states: readonly RefundState[] = ['waiting', 'posted', 'refused'];
const tones: Readonly<Record<RefundState, Tone>> = { waiting: 'warn', posted: 'good', refused: 'calm' };

/** Refunds that wait for somebody else's approval, and those that were decided. */
export function Refunds() {
  const words = useWords();
  const { api } = useWork();
  const [{ state }, setFilter] = useFilter(keys);
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: Refund[]; nextCursor?: string }>('/refunds', { state, cursor, limit: 50 }),
    [api, state],
  );
  const pages = usePages(load);
  const mayDecide = useMay('decideRefund');
  const amountOf = (one: Refund) => money(one.amount_minor, one.currency, words.language);
  return (
    <Card>
      <div className="bar">
        <Segmented
          value={state ?? 'all'}
          options={['all', ...states].map(value => ({
            value,
            label: value === 'all' ? words('all') : wordFor(words, 'refundState', value),
          }))}
          onChange={value => setFilter({ state: value === 'all' ? undefined : value })}
          data-testid="filter-refund-state"
        />
        <span className="sub">{words('refundsHint')}</span>
      </div>
      <Failure loaded={pages} />
      <Rows
        items={pages.value?.items ?? []}
        loaded={pages}
        empty={words('noRefunds')}
        minWidth_px={980}
        testId="refunds"
        columns={[
          {
            title: words('time'),
            show: one => <span className="num">{dateTime(one.requestedAt, words.language)}</span>,
          },
          { title: words('person'), show: one => <RefundPerson refund={one} /> },
          { title: words('reasonWhy'), show: one => one.reason },
          {
            title: words('state'),
            show: one => <Pill tone={tones[one.state]}>{wordFor(words, 'refundState', one.state)}</Pill>,
          },
          { title: words('requestedBy'), show: one => one.requestedBy },
          { title: words('decidedBy'), show: one => one.decidedBy ?? none },
          {
            title: words('amount'),
            align: 'end',
            show: one => <span className="num">{amountOf(one)}</span>,
          },
          {
            title: '',
            align: 'end',
            show: one =>
              mayDecide && one.state === 'waiting' ? (
                <Decide refund={one} amount={amountOf(one)} onDone={pages.reload} />
              ) : (
                none
              ),
          },
        ]}
      />
      <MoreButton pages={pages} />
    </Card>
  );
}

function RefundPerson({ refund }: { readonly refund: Refund }) {
  const words = useWords();
  const { personId, personName, studentNumber, orderId } = refund;
  if (!personId) return <>{none}</>;
  const shown = orderId ? transfersLink({ orderId }) : `/people/${personId}`;
  return (
    <>
      <Link to={shown}>{personName ?? words('unknownPerson')}</Link>{' '}
      <span className="sub num">{studentNumber}</span>
    </>
  );
}

function Decide(props: { readonly refund: Refund; readonly amount: string; readonly onDone: () => void }) {
  const { refund, amount, onDone } = props;
  const words = useWords();
  const { api, session } = useWork();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const isOwn = refund.requestedBy === session.user.username;
  const decide = async (approve: boolean) => {
    setBusy(true);
    try {
      await api.send<Refund>('POST', `/refunds/${refund.id}/decision`, { approve });
      message.success(approve ? words('refundPosted', { amount }) : words('done'));
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
      onDone();
    }
  };
  const buttons = ([true, false] as const).map(approve => (
    <Popconfirm
      key={String(approve)}
      title={approve ? words('approveAsk', { amount }) : words('refuseAsk')}
      okText={words(approve ? 'approve' : 'refuse')}
      okButtonProps={{ 'data-testid': 'confirm-ok' }}
      onConfirm={() => decide(approve)}
      disabled={isOwn}
    >
      <Button
        size="small"
        type={approve ? 'primary' : 'default'}
        disabled={isOwn}
        loading={busy}
        data-testid={approve ? 'approve' : 'refuse'}
      >
        {words(approve ? 'approve' : 'refuse')}
      </Button>
    </Popconfirm>
  ));
  return isOwn ? (
    <Tooltip title={words('notOwnRequest')}>
      <span className="buttons">{buttons}</span>
    </Tooltip>
  ) : (
    <span className="buttons">{buttons}</span>
  );
}
