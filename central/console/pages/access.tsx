import { App, Button, Card, Popconfirm } from 'antd';
import { useCallback, useState } from 'react';
import { Link } from 'react-router-dom';
import type { AccessPoint, AccessRule, Person } from '../../../protocol/staff/index.js';
import { useLoaded } from '../loading.js';
import { AccessPointForm } from '../parts/access-point-form.js';
import { Failure, PageHead } from '../parts/common.js';
import { none, Rows } from '../parts/rows.js';
import { RuleForm } from '../parts/rule-form.js';
import { validityText, windowsText } from '../parts/rule-text.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

interface AccessData {
  readonly points: readonly AccessPoint[];
  readonly rules: readonly AccessRule[];
  /** Of those that rules name. */
  readonly people: ReadonlyMap<string, string>;
}

/** Names that are looked up at most; the others show as ids. */
const mostNames = 100;

export default function Access() {
  const words = useWords();
  const { api } = useWork();
  const mayEdit = useMay('editRules');
  const [adding, setAdding] = useState<'point' | 'rule'>();
  const load = useCallback(async (): Promise<AccessData> => {
    const list = async <T,>(path: string) => (await api.get<{ items: T[] }>(path)).items;
    const [points, rules] = await Promise.all([
      list<AccessPoint>('/access-points'),
      list<AccessRule>('/access-rules'),
    ]);
    const ids = new Set(
      rules.flatMap(({ subject }) => (subject.kind === 'person' ? [subject.personId] : [])),
    );
    const named = await Promise.all(
      [...ids].slice(0, mostNames).map(id => api.get<Person>(`/people/${id}`).catch(() => undefined)),
    );
    return {
      points,
      rules,
      people: new Map(named.flatMap(person => (person ? [[person.id, person.name] as const] : []))),
    };
  }, [api]);
  const loaded = useLoaded(load);
  const points = loaded.value?.points ?? [];
  const done = () => {
    setAdding(undefined);
    loaded.reload();
  };
  return (
    <>
      <PageHead title={words('access')} />
      <Failure loaded={loaded} />
      <div className="stack">
        <Card
          title={words('rules')}
          extra={
            mayEdit && (
              <Button
                size="small"
                onClick={() => setAdding('rule')}
                disabled={points.length === 0}
                data-testid="add-rule"
              >
                {words('addRule')}
              </Button>
            )
          }
        >
          <RuleTable loaded={loaded} onDeleted={loaded.reload} />
        </Card>
        <Card
          title={words('accessPoints')}
          extra={
            mayEdit && (
              <Button size="small" onClick={() => setAdding('point')} data-testid="add-access-point">
                {words('addAccessPoint')}
              </Button>
            )
          }
        >
          <Rows
            items={points}
            loaded={loaded}
            empty={words('noPoints')}
            minWidth_px={420}
            testId="access-points"
            columns={[
              { title: words('deviceName'), show: one => one.name },
              { title: words('zone'), show: point => point.zone ?? none },
              {
                title: words('direction'),
                show: point => words(point.direction === 'in' ? 'direction_in' : 'direction_out'),
              },
            ]}
          />
        </Card>
      </div>
      <AccessPointForm open={adding === 'point'} onClose={() => setAdding(undefined)} onDone={done} />
      <RuleForm open={adding === 'rule'} points={points} onClose={() => setAdding(undefined)} onDone={done} />
    </>
  );
}

function RuleTable(props: {
  readonly loaded: {
    readonly value: AccessData | undefined;
    readonly loading: boolean;
    readonly error: Error | undefined;
  };
  readonly onDeleted: () => void;
}) {
  const { loaded, onDeleted } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const mayEdit = useMay('editRules');
  const { points = [], rules = [], people } = loaded.value ?? {};
  const remove = (rule: AccessRule) =>
    api
      .send('DELETE', `/access-rules/${rule.id}`)
      .then(onDeleted, (error: Error) => message.error(error.message));
  return (
    <Rows
      items={rules}
      loaded={loaded}
      empty={words('noRules')}
      minWidth_px={720}
      testId="rules"
      columns={[
        {
          title: words('door'),
          show: rule => points.find(point => point.id === rule.accessPointId)?.name ?? '–',
        },
        {
          title: words('who'),
          show: ({ subject }) => {
            if (subject.kind === 'everyone') return words('everyone');
            if (subject.kind === 'building') return `${words('building')} ${subject.building}`;
            const name = people?.get(subject.personId) ?? subject.personId;
            return <Link to={`/people/${subject.personId}`}>{name}</Link>;
          },
        },
        {
          title: words('hours'),
          show: rule => windowsText(rule.windows, words).map(text => <div key={text}>{text}</div>),
        },
        { title: words('validity'), show: rule => validityText(rule, words) },
        ...(mayEdit
          ? [
              {
                title: words('actions'),
                align: 'end' as const,
                show: (rule: AccessRule) => (
                  <Popconfirm
                    title={words('deleteRule')}
                    okText={words('delete')}
                    okButtonProps={{ danger: true, 'data-testid': 'confirm-ok' }}
                    onConfirm={() => remove(rule)}
                  >
                    <Button size="small" danger type="text" data-testid="delete-rule">
                      {words('delete')}
                    </Button>
                  </Popconfirm>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
