import { Card } from 'antd';
import { useCallback } from 'react';
import { Link } from 'react-router-dom';
import type { StandingHold } from '../../../../protocol/staff/index.js';
import { dateTime, money } from '../../format.js';
import { useLoaded } from '../../loading.js';
import { Failure, Pill } from '../../parts/common.js';
import { none, Rows } from '../../parts/rows.js';
import { useWork } from '../../session.js';
import { useWords } from '../../words/index.js';

/** Money that orders hold which are neither served nor over, the oldest first. */
export function Holds() {
  const words = useWords();
  const { api } = useWork();
  const load = useCallback(async () => (await api.get<{ items: StandingHold[] }>('/holds')).items, [api]);
  const loaded = useLoaded(load);
  return (
    <Card>
      <p className="note" style={{ marginBottom: 12 }}>
        {words('holdsHint')}
      </p>
      <Failure loaded={loaded} />
      <Rows
        items={loaded.value ?? []}
        loaded={loaded}
        empty={words('noHolds')}
        minWidth_px={720}
        testId="holds"
        columns={[
          {
            title: words('time'),
            show: one => <span className="num">{dateTime(one.placedAt, words.language)}</span>,
          },
          {
            title: words('person'),
            show: one =>
              one.personId ? (
                <>
                  <Link to={`/people/${one.personId}`}>{one.personName ?? words('unknownPerson')}</Link>{' '}
                  <span className="sub num">{one.studentNumber}</span>
                </>
              ) : (
                none
              ),
          },
          { title: words('till'), show: one => one.tillName ?? none },
          {
            title: words('subsidyUntil'),
            show: one => (
              <>
                <span className="num">{dateTime(one.expiresAt, words.language)}</span>{' '}
                {one.expired && <Pill tone="warn">{words('holdExpired')}</Pill>}
              </>
            ),
          },
          {
            title: words('amount'),
            align: 'end',
            show: one => <span className="num">{money(one.amount_minor, one.currency, words.language)}</span>,
          },
        ]}
      />
    </Card>
  );
}
