import { Button, Card } from 'antd';
import { useCallback, useState } from 'react';
import type { Transfer } from '../../../../protocol/staff/index.js';
import { dateTime, signedMoney } from '../../format.js';
import { useLive } from '../../live.js';
import { useLoaded, withNewest } from '../../loading.js';
import { Failure, Nothing } from '../../parts/common.js';
import { PersonSelect, useFilter } from '../../parts/filters.js';
import { OnlineTopUp } from '../../parts/online-top-up.js';
import { isRefundable, RefundForm } from '../../parts/refund-form.js';
import { none, Rows } from '../../parts/rows.js';
import { seenByPerson_minor } from '../../parts/totals.js';
import { WalletCard } from '../../parts/wallet-card.js';
import { useMay, useWork } from '../../session.js';
import { useWords, wordFor } from '../../words/index.js';

const keys = ['personId'] as const;
const shown = 10;

/** Where people come with cash: find the person, take the money, see that it is there; or give a meal back. */
export function Counter() {
  const words = useWords();
  const [{ personId }, setFilter] = useFilter(keys);
  return (
    <>
      <Card style={{ marginBottom: 16 }}>
        <p className="note" style={{ marginBottom: 12 }}>
          {words('counterHint')}
        </p>
        <div className="filters wide" style={{ marginBottom: 0 }}>
          <PersonSelect value={personId} onChange={chosen => setFilter({ personId: chosen })} />
        </div>
      </Card>
      {personId ? (
        <div className="columns counter" key={personId}>
          <div className="stack">
            <WalletCard personId={personId} />
            <OnlineTopUp personId={personId} onPaid={() => undefined} />
          </div>
          <Latest personId={personId} />
        </div>
      ) : (
        <Nothing text={words('nobodyChosen')} />
      )}
    </>
  );
}

function Latest({ personId }: { readonly personId: string }) {
  const words = useWords();
  const { api } = useWork();
  const mayRefund = useMay('askRefund');
  const [refunding, setRefunding] = useState<Transfer>();
  const load = useCallback(
    async (): Promise<readonly Transfer[]> =>
      (await api.get<{ items: Transfer[] }>('/transfers', { personId, limit: shown })).items,
    [api, personId],
  );
  const loaded = useLoaded(load);
  useLive(event => {
    if (event.kind === 'transfer' && event.transfer.personId === personId)
      loaded.change(items => withNewest(items, event.transfer).slice(0, shown));
  }, loaded.reload);
  return (
    <Card title={words('personTransfers')}>
      <Failure loaded={loaded} />
      <Rows
        items={loaded.value ?? []}
        loaded={loaded}
        empty={words('noData')}
        minWidth_px={460}
        testId="counter-transfers"
        columns={[
          {
            title: words('time'),
            show: one => <span className="num">{dateTime(one.occurredAt ?? one.at, words.language)}</span>,
          },
          { title: words('kind'), show: one => wordFor(words, 'kind', one.kind) },
          { title: words('till'), show: one => one.tillName ?? none },
          {
            title: words('amount'),
            align: 'end',
            show: one => (
              <span className="num">
                {signedMoney(seenByPerson_minor(one), one.currency, words.language)}
              </span>
            ),
          },
          {
            title: '',
            align: 'end',
            show: one =>
              mayRefund && isRefundable(one) ? (
                <Button size="small" onClick={() => setRefunding(one)} data-testid="refund">
                  {words('refund')}
                </Button>
              ) : (
                none
              ),
          },
        ]}
      />
      <RefundForm
        transfer={refunding}
        onClose={() => setRefunding(undefined)}
        onDone={() => {
          setRefunding(undefined);
          loaded.reload();
        }}
      />
    </Card>
  );
}
