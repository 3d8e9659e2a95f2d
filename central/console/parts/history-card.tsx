import { Card } from 'antd';
import { useCallback } from 'react';
import type { Entry, Transfer } from '../../../protocol/staff/index.js';
import { dateTime, money } from '../format.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { may, useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';
import { DecisionTag, Failure, Nothing } from './common.js';

const shown = 8;

/** A person's latest entries and transactions, as far as the role may see them. */
export function HistoryCard({ personId }: { readonly personId: string }) {
  const words = useWords();
  const { api, session } = useWork();
  const seesEntries = may(session.user.role, 'supervisor');
  const seesMoney = may(session.user.role, 'canteen', 'finance');
  const load = useCallback(async () => {
    const list = <T,>(path: string) =>
      api.get<{ items: T[] }>(path, { personId, limit: shown }).then(page => page.items);
    const [entries, transfers] = await Promise.all([
      seesEntries ? list<Entry>('/entries') : [],
      seesMoney ? list<Transfer>('/transfers') : [],
    ]);
    return { entries, transfers };
  }, [api, personId, seesEntries, seesMoney]);
  const loaded = useLoaded(load);
  useLive(event => {
    const mine =
      (event.kind === 'entry' && event.entry.personId === personId) ||
      (event.kind === 'transfer' && event.transfer.personId === personId);
    if (mine) loaded.reload();
  }, loaded.reload);
  const { entries = [], transfers = [] } = loaded.value ?? {};
  return (
    <>
      <Failure loaded={loaded} />
      {seesEntries && (
        <Card size="small" title={words('personEntries')}>
          {entries.length === 0 && <Nothing text={words('noData')} />}
          <ul className="feed">
            {entries.map(entry => (
              <li key={entry.id}>
                <span className="num">{dateTime(entry.at, words.language)}</span>
                <span>{entry.accessPointName}</span>
                <DecisionTag entry={entry} />
              </li>
            ))}
          </ul>
        </Card>
      )}
      {seesMoney && (
        <Card size="small" title={words('personTransfers')}>
          {transfers.length === 0 && <Nothing text={words('noData')} />}
          <ul className="feed">
            {transfers.map(transfer => (
              <li key={transfer.id}>
                <span className="num">{dateTime(transfer.at, words.language)}</span>
                <span>
                  {wordFor(words, 'kind', transfer.kind)} <span className="sub">{transfer.tillName}</span>
                </span>
                <span className="num">
                  {transfer.kind === 'meal' ? '−' : '+'}
                  {money(transfer.amount_minor, transfer.currency, words.language)}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
