import { Form, Input, Radio, Select } from 'antd';
import { useCallback, useEffect } from 'react';
import type { DeviceKind } from '../../../protocol/common.js';
import type { AccessPoint, DeviceCreate, PairingCode, Till } from '../../../protocol/staff/index.js';
import { useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

export function DeviceForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAdded: (code: PairingCode) => void;
}) {
  const { open, onClose, onAdded } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async (values: DeviceCreate) =>
    onAdded(await api.send<PairingCode>('POST', '/devices', { ...values, name: values.name.trim() }));
  return (
    <ModalForm<DeviceCreate>
      title={words('addDevice')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-device"
      initialValues={{ kind: 'gate' }}
    >
      <KindField />
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
    </ModalForm>
  );
}

/** A gate or a till; the place that was chosen for the other kind is forgotten. */
function KindField() {
  const words = useWords();
  const form = Form.useFormInstance<DeviceCreate>();
  return (
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
