import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Segmented } from 'antd';
import { useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { GrantedSubsidy } from '../../../../protocol/staff/index.js';
import { dateTime, money } from '../../format.js';
import { usePages } from '../../loading.js';
import { Failure, MoreButton, Pill } from '../../parts/common.js';
import { PersonSelect, useFilter } from '../../parts/filters.js';
import { Rows } from '../../parts/rows.js';
import { SubsidyForm } from '../../parts/subsidy-form.js';
import { useMay, useWork } from '../../session.js';
import { useWords, wordFor } from '../../words/index.js';

const keys = ['state', 'personId'] as const;

/** Money from the campus, spent before one's own and with an end. */
export function Subsidies() {
  const words = useWords();
  const { api } = useWork();
  const [filter, setFilter] = useFilter(keys);
  const [granting, setGranting] = useState(false);
  const mayGrant = useMay('grantSubsidy');
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: GrantedSubsidy[]; nextCursor?: string }>('/subsidies', {
        ...filter,
        cursor,
        limit: 50,
      }),
    [api, filter],
  );
  const pages = usePages(load);
  const worth = (minor: number, currency: string) => (
    <span className="num">{money(minor, currency, words.language)}</span>
  );
  return (
    <Card>
      <div className="bar">
        <Segmented
          value={filter.state ?? 'all'}
          options={['all', 'open', 'ended'].map(value => ({
            value,
            label: value === 'all' ? words('all') : wordFor(words, 'subsidyState', value),
          }))}
          onChange={value => setFilter({ state: value === 'all' ? undefined : value })}
        />
        <PersonSelect value={filter.personId} onChange={personId => setFilter({ personId })} />
        <span className="space" />
        {mayGrant && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setGranting(true)}
            data-testid="grant-subsidy"
          >
            {words('grantSubsidy')}
          </Button>
        )}
      </div>
      <Failure loaded={pages} />
      <Rows
        items={pages.value?.items ?? []}
        loaded={pages}
        empty={words('noSubsidies')}
        minWidth_px={980}
        testId="subsidies"
        columns={[
          {
            title: words('person'),
            show: one => (
              <>
                <Link to={`/people/${one.personId}`}>{one.personName ?? words('unknownPerson')}</Link>{' '}
                <span className="sub num">{one.studentNumber}</span>
              </>
            ),
          },
          { title: words('reasonWhy'), show: one => one.reason },
          {
            title: words('grantedAt'),
            show: one => <span className="num">{dateTime(one.createdAt, words.language)}</span>,
          },
          {
            title: words('subsidyUntil'),
            show: one => <span className="num">{dateTime(one.expiresAt, words.language)}</span>,
          },
          {
            title: words('subsidyPeriods'),
            show: one =>
              one.periods?.map(name => wordFor(words, 'period', name)).join(', ') ?? words('everyMeal'),
          },
          {
            title: words('state'),
            show: one => (
              <Pill tone={one.state === 'open' ? 'good' : 'calm'}>
                {wordFor(words, 'subsidyState', one.state)}
              </Pill>
            ),
          },
          { title: words('amount'), align: 'end', show: one => worth(one.amount_minor, one.currency) },
          {
            title: words('subsidyLeftOf'),
            align: 'end',
            show: one => worth(one.balance_minor, one.currency),
          },
        ]}
      />
      <MoreButton pages={pages} />
      <SubsidyForm
        open={granting}
        onClose={() => setGranting(false)}
        onDone={() => {
          setGranting(false);
          pages.reload();
        }}
      />
    </Card>
  );
}
