import { App, Button, Card, Form, Input, Modal, Popconfirm, Select, Table } from 'antd';
import { useCallback, useState } from 'react';
import type { AccessPoint, AccessRule, PersonSummary } from '../../../protocol/staff/index.js';
import { minuteOfDay } from '../format.js';
import { useLoaded } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { RuleForm } from '../parts/rule-form.js';
import { may, useWork } from '../session.js';
import { useWords, type Words } from '../words/index.js';

export default function Access() {
  const words = useWords();
  const { api, session } = useWork();
  const { message } = App.useApp();
  const [adding, setAdding] = useState<'point' | 'rule'>();
  const load = useCallback(async () => {
    const list = <T,>(path: string) => api.get<{ items: T[] }>(path).then(page => page.items);
    const [points, rules, people] = await Promise.all([
      list<AccessPoint>('/access-points'),
      list<AccessRule>('/access-rules'),
      list<PersonSummary>('/people?limit=200'),
    ]);
    return { points, rules, people };
  }, [api]);
  const loaded = useLoaded(load);
  const { points = [], rules = [], people = [] } = loaded.value ?? {};
  const admin = may(session.user.role);
  const done = () => {
    setAdding(undefined);
    loaded.reload();
  };
  const failed = (error: Error) => message.error(error.message);
  const subjectText = ({ subject }: AccessRule): string => {
    if (subject.kind === 'everyone') return words('everyone');
    if (subject.kind === 'building') return `${words('building')}: ${subject.building}`;
    return people.find(person => person.id === subject.personId)?.name ?? subject.personId;
  };
  return (
    <>
      <PageHead title={words('access')} />
      <Failure loaded={loaded} />
      <div className="stack">
        <Card
          size="small"
          title={words('rules')}
          extra={
            admin && (
              <Button onClick={() => setAdding('rule')} disabled={points.length === 0} data-testid="add-rule">
                {words('addRule')}
              </Button>
            )
          }
        >
          <Table
            rowKey="id"
            size="middle"
            dataSource={rules}
            loading={loaded.loading}
            pagination={false}
            locale={{ emptyText: words('noData') }}
            columns={[
              {
                title: words('door'),
                render: (_, rule) => points.find(point => point.id === rule.accessPointId)?.name,
              },
              { title: words('who'), render: (_, rule) => subjectText(rule) },
              { title: words('hours'), render: (_, rule) => windowsText(rule, words) },
              {
                render: (_, rule) =>
                  admin && (
                    <Popconfirm
                      title={words('deleteRule')}
                      onConfirm={() => api.send('DELETE', `/access-rules/${rule.id}`).then(done, failed)}
                    >
                      <Button size="small" danger type="text">
                        {words('delete')}
                      </Button>
                    </Popconfirm>
                  ),
              },
            ]}
          />
        </Card>
        <Card
          size="small"
          title={words('accessPoints')}
          extra={admin && <Button onClick={() => setAdding('point')}>{words('addAccessPoint')}</Button>}
        >
          <Table
            rowKey="id"
            size="middle"
            dataSource={points}
            loading={loaded.loading}
            pagination={false}
            locale={{ emptyText: words('noData') }}
            columns={[
              { title: words('name'), dataIndex: 'name' },
              { title: words('zone'), dataIndex: 'zone' },
              {
                title: words('direction'),
                render: (_, point) => words(point.direction === 'in' ? 'direction_in' : 'direction_out'),
              },
            ]}
          />
        </Card>
      </div>
      <AddPoint open={adding === 'point'} onClose={() => setAdding(undefined)} onDone={done} />
      <RuleForm
        open={adding === 'rule'}
        points={points}
        people={people}
        onClose={() => setAdding(undefined)}
        onDone={done}
      />
    </>
  );
}

function windowsText({ windows }: AccessRule, words: Words): string {
  if (windows.length === 0) return words('always');
  const names = words('weekdays').split(',');
  return windows
    .map(({ days, from_min, to_min }) => {
      const daysText = days.length === 7 ? '' : `${days.map(day => names[day - 1]).join(' ')} `;
      return `${daysText}${minuteOfDay(from_min)}–${minuteOfDay(to_min)}`;
    })
    .join(', ');
}

function AddPoint(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ name: string; zone?: string; direction: 'in' | 'out' }>();
  const submit = ({ zone, ...rest }: { name: string; zone?: string; direction: 'in' | 'out' }) =>
    api
      .send('POST', '/access-points', { ...rest, ...(zone ? { zone } : {}) })
      .then(onDone, (error: Error) => message.error(error.message));
  return (
    <Modal title={words('addAccessPoint')} open={open} onCancel={onClose} onOk={form.submit} destroyOnHidden>
      <Form form={form} layout="vertical" onFinish={submit} initialValues={{ direction: 'in' }}>
        <Form.Item name="name" label={words('name')} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="zone" label={words('zone')}>
          <Input />
        </Form.Item>
        <Form.Item name="direction" label={words('direction')}>
          <Select
            options={[
              { value: 'in', label: words('direction_in') },
              { value: 'out', label: words('direction_out') },
            ]}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
