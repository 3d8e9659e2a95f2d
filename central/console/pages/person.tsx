import { App, Button, Card, Popconfirm, Spin } from 'antd';
import { useCallback, useState } from 'react';
import { useParams } from 'react-router-dom';
import type { Person } from '../../../protocol/staff/index.js';
import { ageOn, date, plainDay } from '../format.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { Facts, Failure, PageHead, Pill } from '../parts/common.js';
import { ConsentCard } from '../parts/consent-card.js';
import { FaceCard } from '../parts/face-card.js';
import { HistoryCards } from '../parts/history-card.js';
import { PersonForm } from '../parts/person-form.js';
import { PinCard } from '../parts/pin-card.js';
import { usePendingReach } from '../parts/reach.js';
import { WalletCard } from '../parts/wallet-card.js';
import { WaysCard } from '../parts/ways-card.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

export default function PersonPage() {
  const { id = '' } = useParams();
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const mayEdit = useMay('editPeople');
  const seesMoney = useMay('seeMoney');
  const load = useCallback(() => api.get<Person>(`/people/${id}`), [api, id]);
  const loaded = useLoaded(load);
  useLive(event => {
    if (event.kind === 'person' && event.personId === id) loaded.reload();
  }, loaded.reload);
  const person = loaded.value;
  usePendingReach(person, loaded.reload);
  if (!person)
    return loaded.error ? <Failure loaded={loaded} /> : <Spin style={{ display: 'block', margin: 80 }} />;
  const setStatus = (status: Person['status']) =>
    api.send('PATCH', `/people/${id}`, { status }).then(
      () => {
        message.success(words('done'));
        loaded.reload();
      },
      (error: Error) => message.error(error.message),
    );
  const isActive = person.status === 'active';
  return (
    <>
      <PageHead
        title={person.name}
        aside={person.status === 'blocked' && <Pill tone="bad">{words('blocked')}</Pill>}
      >
        {mayEdit && (
          <>
            <Button onClick={() => setEditing(true)} data-testid="edit-person">
              {words('edit')}
            </Button>
            <Popconfirm
              title={words(isActive ? 'blockAsk' : 'unblockAsk')}
              okText={words(isActive ? 'block' : 'unblock')}
              okButtonProps={{ danger: isActive, 'data-testid': 'confirm-ok' }}
              onConfirm={() => setStatus(isActive ? 'blocked' : 'active')}
            >
              <Button danger={isActive} data-testid={isActive ? 'block' : 'unblock'}>
                {words(isActive ? 'block' : 'unblock')}
              </Button>
            </Popconfirm>
          </>
        )}
      </PageHead>
      <Failure loaded={loaded} />
      <div className="columns">
        <div className="stack">
          <PersonFacts person={person} />
          <ConsentCard person={person} editable={mayEdit} onChange={loaded.reload} />
          <FaceCard person={person} editable={mayEdit} onChange={loaded.reload} />
          <PinCard person={person} editable={mayEdit} onChange={loaded.reload} />
          <WaysCard person={person} editable={mayEdit} onChange={loaded.reload} />
        </div>
        <div className="stack">
          {seesMoney && <WalletCard personId={id} />}
          <HistoryCards personId={id} />
        </div>
      </div>
      <PersonForm
        open={editing}
        person={person}
        onClose={() => setEditing(false)}
        onDone={() => {
          setEditing(false);
          message.success(words('done'));
          loaded.reload();
        }}
      />
    </>
  );
}

function PersonFacts({ person }: { readonly person: Person }) {
  const words = useWords();
  const { studentNumber, building, department, birthDate, validUntil, createdAt } = person;
  const age = birthDate ? ageOn(birthDate, plainDay(new Date())) : 0;
  return (
    <Card>
      <Facts
        facts={[
          { label: words('studentNumber'), value: <span className="num">{studentNumber}</span> },
          { label: words('building'), value: building ?? '–' },
          { label: words('department'), value: department ?? '–' },
          ...(birthDate
            ? [
                {
                  label: words('birthDate'),
                  value: `${date(birthDate, words.language)} · ${words('years', { count: age })}`,
                },
              ]
            : []),
          {
            label: words('validUntil'),
            value: validUntil ? date(validUntil, words.language) : words('noEnd'),
          },
          { label: words('createdAt'), value: date(createdAt, words.language) },
        ]}
      />
    </Card>
  );
}
