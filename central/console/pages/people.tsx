import { Button, Card, DatePicker, Drawer, Form, Input, Table, Tag } from 'antd';
import { useCallback, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { Person, PersonCreate, PersonSummary } from '../../../protocol/staff/index.js';
import { usePages } from '../loading.js';
import { Failure, MoreButton, PageHead } from '../parts/common.js';
import { may, useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

export default function People() {
  const words = useWords();
  const { api, session } = useWork();
  const [query, setQuery] = useState('');
  const [adding, setAdding] = useState(false);
  const load = useCallback(
    (cursor: string | undefined) =>
      api.get<{ items: PersonSummary[]; nextCursor?: string }>('/people', { query, cursor, limit: 50 }),
    [api, query],
  );
  const loaded = usePages(load);
  return (
    <>
      <PageHead title={words('people')}>
        {may(session.user.role, 'enrolment') && (
          <Button type="primary" onClick={() => setAdding(true)} data-testid="add-person">
            {words('addPerson')}
          </Button>
        )}
      </PageHead>
      <Failure loaded={loaded} />
      <Card size="small">
        <div className="filters">
          <Input.Search
            allowClear
            placeholder={words('search')}
            onSearch={setQuery}
            onChange={event => setQuery(event.target.value)}
            style={{ maxWidth: 320 }}
            data-testid="search"
          />
        </div>
        <Table
          rowKey="id"
          size="middle"
          dataSource={[...(loaded.value?.items ?? [])]}
          loading={loaded.loading}
          pagination={false}
          locale={{ emptyText: words('noPeople') }}
          scroll={{ x: 700 }}
          columns={[
            { title: words('studentNumber'), dataIndex: 'studentNumber', className: 'num' },
            {
              title: words('name'),
              render: (_, person) => <Link to={`/people/${person.id}`}>{person.name}</Link>,
            },
            { title: words('building'), dataIndex: 'building' },
            {
              title: words('consents'),
              render: (_, person) =>
                person.consents.map(purpose => <Tag key={purpose}>{wordFor(words, 'purpose', purpose)}</Tag>),
            },
            { title: words('faces'), dataIndex: 'templates', className: 'num' },
            {
              title: words('status'),
              render: (_, person) =>
                person.status === 'blocked' ? <Tag color="red">{words('blocked')}</Tag> : words('active'),
            },
          ]}
        />
        <MoreButton more={loaded.more} />
      </Card>
      <AddPerson open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

type AddValues = Omit<PersonCreate, 'birthDate'> & { birthDate?: { format(pattern: string): string } };

function AddPerson({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const words = useWords();
  const { api } = useWork();
  const navigate = useNavigate();
  const [form] = Form.useForm<AddValues>();
  const [problem, setProblem] = useState<string>();
  const submit = ({ birthDate, ...values }: AddValues) => {
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
    const body = { ...filled, ...(birthDate ? { birthDate: birthDate.format('YYYY-MM-DD') } : {}) };
    api.send<Person>('POST', '/people', body).then(
      person => navigate(`/people/${person.id}`),
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <Drawer title={words('addPerson')} open={open} onClose={onClose} destroyOnHidden>
      <Form form={form} layout="vertical" onFinish={submit}>
        <Form.Item
          name="studentNumber"
          label={words('studentNumber')}
          rules={[{ required: true }]}
          {...(problem ? { validateStatus: 'error' as const, help: problem } : {})}
        >
          <Input autoFocus onChange={() => setProblem(undefined)} data-testid="student-number" />
        </Form.Item>
        <Form.Item name="name" label={words('name')} rules={[{ required: true }]}>
          <Input data-testid="person-name" />
        </Form.Item>
        <Form.Item name="building" label={words('building')}>
          <Input placeholder="North 3" data-testid="person-building" />
        </Form.Item>
        <Form.Item name="department" label={words('department')}>
          <Input />
        </Form.Item>
        <Form.Item name="birthDate" label={words('birthDate')}>
          <DatePicker style={{ width: '100%' }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block data-testid="save-person">
          {words('save')}
        </Button>
      </Form>
    </Drawer>
  );
}
