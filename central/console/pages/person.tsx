import { App, Button, Card, Descriptions, Popconfirm, Spin, Tag } from 'antd';
import { useCallback } from 'react';
import { useParams } from 'react-router-dom';
import type { Person } from '../../../protocol/staff/index.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { ConsentCard } from '../parts/consent-card.js';
import { FaceCard } from '../parts/face-card.js';
import { HistoryCard } from '../parts/history-card.js';
import { WalletCard } from '../parts/wallet-card.js';
import { may, useWork } from '../session.js';
import { useWords } from '../words/index.js';

export default function PersonPage() {
  const { id = '' } = useParams();
  const words = useWords();
  const { api, session } = useWork();
  const { message } = App.useApp();
  const { role } = session.user;
  const load = useCallback(() => api.get<Person>(`/people/${id}`), [api, id]);
  const loaded = useLoaded(load);
  useLive(event => {
    const concerned = (event.kind === 'person' && event.personId === id) || event.kind === 'device';
    if (concerned) loaded.reload();
  }, loaded.reload);
  const person = loaded.value;
  if (!person)
    return loaded.error ? <Failure loaded={loaded} /> : <Spin style={{ display: 'block', margin: 80 }} />;
  const setStatus = (status: Person['status']) =>
    api
      .send('PATCH', `/people/${id}`, { status })
      .then(loaded.reload, (error: Error) => message.error(error.message));
  const mayEnrol = may(role, 'enrolment');
  return (
    <>
      <PageHead
        title={
          <>
            {person.name} {person.status === 'blocked' && <Tag color="red">{words('blocked')}</Tag>}
          </>
        }
      >
        {mayEnrol &&
          (person.status === 'active' ? (
            <Popconfirm title={words('blockAsk')} onConfirm={() => setStatus('blocked')}>
              <Button danger>{words('block')}</Button>
            </Popconfirm>
          ) : (
            <Button onClick={() => setStatus('active')}>{words('unblock')}</Button>
          ))}
      </PageHead>
      <Failure loaded={loaded} />
      <div className="columns">
        <div className="stack">
          <Card size="small">
            <Descriptions
              column={1}
              size="small"
              items={[
                { key: 'number', label: words('studentNumber'), children: person.studentNumber },
                { key: 'building', label: words('building'), children: person.building ?? '–' },
                { key: 'department', label: words('department'), children: person.department ?? '–' },
              ]}
            />
          </Card>
          <ConsentCard person={person} editable={mayEnrol} onChange={loaded.reload} />
          <FaceCard person={person} editable={mayEnrol} onChange={loaded.reload} />
        </div>
        <div className="stack">
          {may(role, 'canteen', 'finance') && <WalletCard personId={id} />}
          <HistoryCard personId={id} />
        </div>
      </div>
    </>
  );
}
