import { useCallback } from 'react';
import type { Entry, Transfer } from '../../../protocol/staff/index.js';
import { useLive } from '../live.js';
import { useLoaded, withNewest } from '../loading.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { EntryLine, Feed, TransferLine } from './feed.js';

const shown = 8;

/** A person's latest entries and transactions, as far as the role may see them. */
export function HistoryCards({ personId }: { readonly personId: string }) {
  const seesEntries = useMay('seeEntries');
  const seesMoney = useMay('seeMoney');
  return (
    <>
      {seesEntries && <EntriesOf personId={personId} />}
      {seesMoney && <TransfersOf personId={personId} />}
    </>
  );
}

function useHistory<T>(path: string, personId: string) {
  const { api } = useWork();
  const load = useCallback(
    async (): Promise<readonly T[]> =>
      (await api.get<{ items: T[] }>(path, { personId, limit: shown })).items,
    [api, path, personId],
  );
  return useLoaded(load);
}

function EntriesOf({ personId }: { readonly personId: string }) {
  const words = useWords();
  const loaded = useHistory<Entry>('/entries', personId);
  useLive(event => {
    if (event.kind === 'entry' && event.entry.personId === personId)
      loaded.change(items => withNewest(items, event.entry).slice(0, shown));
  }, loaded.reload);
  return (
    <Feed
      title={words('personEntries')}
      loaded={loaded}
      empty={words('noData')}
      all={{ to: `/entries?personId=${personId}`, text: words('allEntries') }}
      testId="person-entries"
      line={entry => <EntryLine entry={entry} of="person" />}
    />
  );
}

function TransfersOf({ personId }: { readonly personId: string }) {
  const words = useWords();
  const loaded = useHistory<Transfer>('/transfers', personId);
  useLive(event => {
    if (event.kind === 'transfer' && event.transfer.personId === personId)
      loaded.change(items => withNewest(items, event.transfer).slice(0, shown));
  }, loaded.reload);
  return (
    <Feed
      title={words('personTransfers')}
      loaded={loaded}
      empty={words('noData')}
      all={{ to: `/transactions?personId=${personId}`, text: words('allTransactions') }}
      testId="person-transfers"
      line={transfer => <TransferLine transfer={transfer} of="person" />}
    />
  );
}
