import { App, Button, Card, Form, Input, Table } from 'antd';
import { useCallback } from 'react';
import type { Till } from '../../../protocol/staff/index.js';
import { money } from '../format.js';
import { useLoaded } from '../loading.js';
import { may, useWork } from '../session.js';
import { useWords } from '../words/index.js';

/** The tills of the campus, and a line to add one. */
export function TillCard() {
  const words = useWords();
  const { api, session } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ name: string; canteen: string }>();
  const load = useCallback(() => api.get<{ items: Till[] }>('/tills').then(page => page.items), [api]);
  const loaded = useLoaded<readonly Till[]>(load);
  const add = (values: { name: string; canteen: string }) =>
    api.send<Till>('POST', '/tills', values).then(
      () => {
        form.resetFields();
        loaded.reload();
      },
      (error: Error) => message.error(error.message),
    );
  return (
    <Card size="small" title={words('tills')}>
      <Table
        rowKey="id"
        size="middle"
        dataSource={[...(loaded.value ?? [])]}
        loading={loaded.loading}
        pagination={false}
        locale={{ emptyText: words('noData') }}
        columns={[
          { title: words('name'), dataIndex: 'name' },
          { title: words('canteen'), dataIndex: 'canteen' },
          {
            title: words('mealLimit'),
            align: 'right',
            render: (_, till) => (
              <span className="num">{money(till.perMealLimit_minor, 'CNY', words.language)}</span>
            ),
          },
        ]}
      />
      {may(session.user.role, 'canteen') && (
        <Form form={form} layout="inline" onFinish={add} style={{ marginTop: 12 }}>
          <Form.Item name="name" rules={[{ required: true }]}>
            <Input placeholder={words('name')} />
          </Form.Item>
          <Form.Item name="canteen" rules={[{ required: true }]}>
            <Input placeholder={words('canteen')} />
          </Form.Item>
          <Button htmlType="submit">{words('addTill')}</Button>
        </Form>
      )}
    </Card>
  );
}
