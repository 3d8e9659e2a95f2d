import { Alert, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import type { AccessPoint, AccessPointCreate } from '../../../protocol/staff/index.js';
import { asError } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

export function AccessPointForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const [form] = Form.useForm<AccessPointCreate>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const submit = async ({ name, zone, direction }: AccessPointCreate) => {
    setBusy(true);
    const body = { name: name.trim(), direction, ...(zone?.trim() ? { zone: zone.trim() } : {}) };
    try {
      await api.send<AccessPoint>('POST', '/access-points', body);
      onDone();
    } catch (failure) {
      setProblem(asError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      title={words('addAccessPoint')}
      open={open}
      onCancel={onClose}
      onOk={form.submit}
      okText={words('save')}
      okButtonProps={{ loading: busy, 'data-testid': 'save-access-point' }}
      destroyOnHidden
      afterClose={() => setProblem(undefined)}
    >
      {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 16 }} />}
      <Form
        form={form}
        layout="vertical"
        onFinish={submit}
        initialValues={{ direction: 'in' }}
        preserve={false}
      >
        <Form.Item
          name="name"
          label={words('deviceName')}
          rules={[{ required: true, whitespace: true, message: words('required') }]}
        >
          <Input maxLength={100} data-testid="access-point-name" />
        </Form.Item>
        <Form.Item name="zone" label={words('zone')}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="direction" label={words('direction')}>
          <Radio.Group
            optionType="button"
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
