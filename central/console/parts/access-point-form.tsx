import { Form, Input, Radio } from 'antd';
import type { AccessPoint, AccessPointCreate } from '../../../protocol/staff/index.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

export function AccessPointForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async ({ name, zone, direction }: AccessPointCreate) => {
    const body = { name: name.trim(), direction, ...(zone?.trim() ? { zone: zone.trim() } : {}) };
    await api.send<AccessPoint>('POST', '/access-points', body);
    onDone();
  };
  return (
    <ModalForm<AccessPointCreate>
      title={words('addAccessPoint')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-access-point"
      initialValues={{ direction: 'in' }}
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
    </ModalForm>
  );
}
