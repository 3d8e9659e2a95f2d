import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Form, Input, Select } from 'antd';
import { useCallback, useState } from 'react';
import type { Role, StaffCreate, StaffUser } from '../../../protocol/staff/index.js';
import { useLoaded } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { ModalForm } from '../parts/modal-form.js';
import { Rows } from '../parts/rows.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

const roles: readonly Role[] = ['admin', 'enrolment', 'supervisor', 'canteen', 'finance'];

/** Who may log in. */
export default function Staff() {
  const words = useWords();
  const { api } = useWork();
  const [adding, setAdding] = useState(false);
  const load = useCallback(
    async (): Promise<readonly StaffUser[]> => (await api.get<{ items: StaffUser[] }>('/staff')).items,
    [api],
  );
  const loaded = useLoaded(load);
  return (
    <>
      <PageHead title={words('staff')}>
        <Button
          type="primary"
          icon={<PlusOutlined />}
          onClick={() => setAdding(true)}
          data-testid="add-staff"
        >
          {words('addStaff')}
        </Button>
      </PageHead>
      <Failure loaded={loaded} />
      <Card>
        <Rows
          items={loaded.value ?? []}
          loaded={loaded}
          empty={words('noData')}
          minWidth_px={420}
          testId="staff"
          columns={[
            { title: words('name'), show: one => one.name },
            { title: words('username'), show: one => one.username },
            { title: words('role'), show: user => wordFor(words, 'role', user.role) },
          ]}
        />
      </Card>
      <StaffForm
        open={adding}
        onClose={() => setAdding(false)}
        onDone={() => {
          setAdding(false);
          loaded.reload();
        }}
      />
    </>
  );
}

function StaffForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async (values: StaffCreate) => {
    await api.send<StaffUser>('POST', '/staff', values);
    onDone();
  };
  const required = { required: true, whitespace: true, message: words('required') };
  return (
    <ModalForm<StaffCreate>
      title={words('addStaff')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-staff"
      initialValues={{ role: 'supervisor' }}
    >
      <Form.Item name="name" label={words('name')} rules={[required]}>
        <Input maxLength={100} data-testid="staff-name" />
      </Form.Item>
      <Form.Item name="username" label={words('username')} rules={[required]}>
        <Input maxLength={100} autoComplete="off" data-testid="staff-username" />
      </Form.Item>
      <Form.Item name="role" label={words('role')}>
        <Select
          options={roles.map(value => ({ value, label: wordFor(words, 'role', value) }))}
          data-testid="staff-role"
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={words('password')}
        extra={words('passwordRule')}
        rules={[required, { min: 8, message: words('passwordRule') }]}
      >
        <Input.Password maxLength={200} autoComplete="new-password" data-testid="staff-password" />
      </Form.Item>
    </ModalForm>
  );
}
