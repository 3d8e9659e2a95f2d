import { Alert, Form, Input, Modal, Radio, Select } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import type { DeviceKind } from '../../../protocol/common.js';
import type { AccessPoint, DeviceCreate, PairingCode, Till } from '../../../protocol/staff/index.js';
import { asError, useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

export function DeviceForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAdded: (code: PairingCode) => void;
}) {
  const { open, onClose, onAdded } = props;
  const words = useWords();
  const { api } = useWork();
  const [form] = Form.useForm<DeviceCreate>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const submit = async (values: DeviceCreate) => {
    setBusy(true);
    try {
      onAdded(await api.send<PairingCode>('POST', '/devices', { ...values, name: values.name.trim() }));
    } catch (failure) {
      setProblem(asError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      title={words('addDevice')}
      open={open}
      onCancel={onClose}
      onOk={form.submit}
      okText={words('save')}
      okButtonProps={{ loading: busy, 'data-testid': 'save-device' }}
      destroyOnHidden
      afterClose={() => setProblem(undefined)}
    >
      {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" onFinish={submit} initialValues={{ kind: 'gate' }} preserve={false}>
        <Form.Item name="kind" label={words('kind')}>
          <Radio.Group
            optionType="button"
            options={[
              { value: 'gate', label: words('gate') },
              { value: 'till', label: words('till') },
            ]}
            onChange={() => form.resetFields(['placeId'])}
          />
        </Form.Item>
        <Form.Item
          name="name"
          label={words('deviceName')}
          rules={[{ required: true, whitespace: true, message: words('required') }]}
        >
          <Input maxLength={100} data-testid="device-name" />
        </Form.Item>
        <Form.Item noStyle shouldUpdate={(before, after) => before.kind !== after.kind}>
          {({ getFieldValue }) => <PlaceField kind={getFieldValue('kind') as DeviceKind} />}
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Which door a gate opens, which till a till is. */
function PlaceField({ kind }: { readonly kind: DeviceKind }) {
  const words = useWords();
  const { api } = useWork();
  const form = Form.useFormInstance<DeviceCreate>();
  const load = useCallback(
    () =>
      api
        .get<{ items: (AccessPoint | Till)[] }>(kind === 'till' ? '/tills' : '/access-points')
        .then(page => page.items),
    [api, kind],
  );
  const { value: places, error } = useLoaded(load);
  useEffect(() => {
    const [only, ...others] = places ?? [];
    if (only && others.length === 0) form.setFieldValue('placeId', only.id);
  }, [form, places]);
  const isNone = places?.length === 0;
  return (
    <Form.Item
      name="placeId"
      label={words(kind === 'till' ? 'till' : 'door')}
      rules={[{ required: true, message: words('required') }]}
      {...(error ? { extra: error.message } : {})}
      {...(isNone ? { extra: words(kind === 'till' ? 'noPlacesTill' : 'noPlacesGate') } : {})}
    >
      <Select
        options={(places ?? []).map(place => ({ value: place.id, label: place.name }))}
        data-testid="device-place"
      />
    </Form.Item>
  );
}
