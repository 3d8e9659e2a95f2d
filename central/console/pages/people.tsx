import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Card, Input, Select, Tag } from 'antd';
import { useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { PeopleQuery, PersonSummary } from '../../../protocol/staff/index.js';
import { useLive } from '../live.js';
import { useAtMostEvery, usePages, useSettled } from '../loading.js';
import { Failure, MoreButton, PageHead, Pill } from '../parts/common.js';
import { PackNotice } from '../parts/pack-notice.js';
import { PersonForm } from '../parts/person-form.js';
import { none, Rows } from '../parts/rows.js';
import { useMay, useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

type PeopleFaces = NonNullable<PeopleQuery['faces']>;

const typing_ms = 250;

export default function People() {
  const words = useWords();
  const { api } = useWork();
  const mayEdit = useMay('editPeople');
  const [typed, setTyped] = useState('');
  const [typedBuilding, setTypedBuilding] = useState('');
  const [adding, setAdding] = useState(false);
  const query = useSettled(typed.trim(), typing_ms);
  const building = useSettled(typedBuilding.trim(), typing_ms);
  const [faces, setFaces] = useState<PeopleFaces>();
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: PersonSummary[]; nextCursor?: string }>('/people', {
        query,
        building,
        faces,
        cursor,
        limit: 50,
      }),
    [api, query, building, faces],
  );
  const pages = usePages(load);
  const refresh = useAtMostEvery(1_000, pages.reload);
  useLive(event => {
    if (event.kind === 'person') refresh();
  }, pages.reload);
  return (
    <>
      <PageHead title={words('people')}>
        {mayEdit && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setAdding(true)}
            data-testid="add-person"
          >
            {words('addPerson')}
          </Button>
        )}
      </PageHead>
      <Failure loaded={pages} />
      <PackNotice onShow={() => setFaces('outdated')} />
      <Card>
        <search className="filters">
          <Input
            allowClear
            prefix={<SearchOutlined style={{ color: 'var(--faint)' }} />}
            placeholder={words('search')}
            aria-label={words('search')}
            value={typed}
            maxLength={100}
            onChange={event => setTyped(event.target.value)}
            data-testid="search"
          />
          <Input
            allowClear
            placeholder={words('building')}
            aria-label={words('building')}
            value={typedBuilding}
            maxLength={60}
            onChange={event => setTypedBuilding(event.target.value)}
            data-testid="filter-building"
          />
          <Select<PeopleFaces>
            allowClear
            placeholder={words('faces')}
            aria-label={words('faces')}
            value={faces ?? null}
            onChange={value => setFaces(value)}
            options={[
              { value: 'outdated', label: words('facesOutdated') },
              { value: 'none', label: words('facesNone') },
            ]}
            data-testid="filter-faces"
          />
        </search>
        <Rows
          items={pages.value?.items ?? []}
          loaded={pages}
          empty={words('noPeople')}
          minWidth_px={720}
          testId="people"
          columns={[
            {
              title: words('name'),
              show: person => <Link to={`/people/${person.id}`}>{person.name}</Link>,
            },
            { title: words('studentNumber'), show: one => one.studentNumber },
            { title: words('building'), show: person => person.building ?? none },
            {
              title: words('consents'),
              show: person =>
                person.consents.length === 0
                  ? none
                  : person.consents.map(purpose => (
                      <Tag key={purpose} style={{ margin: '0 6px 0 0' }}>
                        {wordFor(words, 'purpose', purpose)}
                      </Tag>
                    )),
            },
            { title: words('faces'), show: one => one.templates, align: 'end' },
            {
              title: words('status'),
              show: ({ status }) =>
                status === 'blocked' ? <Pill tone="bad">{words('blocked')}</Pill> : words('active'),
            },
          ]}
        />
        <MoreButton pages={pages} />
      </Card>
      {mayEdit && <PersonForm open={adding} onClose={() => setAdding(false)} />}
    </>
  );
}
