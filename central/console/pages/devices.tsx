import { App, Button, Card, Form, Input, Modal, Popconfirm, Select, Space, Table, Tag } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import type { AccessPoint, Device, DeviceCreate, PairingCode, Till } from '../../../protocol/staff/index.js';
import { dateTime, megabytes } from '../format.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { TillCard } from '../parts/till-card.js';
import { may, useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

const stateColours = {
  online: 'green',
  offline: 'red',
  quarantined: 'volcano',
  revoked: 'default',
  unpaired: 'gold',
} as const;

export default function Devices() {
  const words = useWords();
  const { api, session } = useWork();
  const { message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const [pairing, setPairing] = useState<PairingCode>();
  const load = useCallback(() => api.get<{ items: Device[] }>('/devices').then(page => page.items), [api]);
  const loaded = useLoaded<readonly Device[]>(load);
  useLive(event => {
    if (event.kind !== 'device') return;
    loaded.change(devices => devices.map(known => (known.id === event.device.id ? event.device : known)));
  }, loaded.reload);
  const failed = (error: Error) => message.error(error.message);
  const admin = may(session.user.role);
  const newCode = (device: Device) =>
    api.send<PairingCode>('POST', `/devices/${device.id}/pairing-code`).then(setPairing, failed);
  const revoke = (device: Device) =>
    api.send('POST', `/devices/${device.id}/revoke`).then(loaded.reload, failed);
  return (
    <>
      <PageHead title={words('devices')}>
        {admin && (
          <Button type="primary" onClick={() => setAdding(true)} data-testid="add-device">
            {words('addDevice')}
          </Button>
        )}
      </PageHead>
      <Failure loaded={loaded} />
      <div className="stack">
        <Card size="small">
          <Table
            rowKey="id"
            size="middle"
            dataSource={[...(loaded.value ?? [])]}
            loading={loaded.loading}
            pagination={false}
            locale={{ emptyText: words('noData') }}
            scroll={{ x: 1000 }}
            columns={[
              {
                title: words('state'),
                render: (_, device) => (
                  <Tag color={stateColours[device.state]}>{wordFor(words, 'state', device.state)}</Tag>
                ),
              },
              { title: words('deviceName'), dataIndex: 'name' },
              { title: words('kind'), render: (_, device) => words(device.kind) },
              { title: words('place'), dataIndex: 'placeName' },
              {
                title: words('camera'),
                render: (_, { status }) => (status ? wordFor(words, 'camera', status.camera) : '–'),
              },
              { title: words('gallery'), render: (_, device) => <GalleryState device={device} /> },
              {
                title: words('outbox'),
                className: 'num',
                render: (_, { status }) => status?.outboxDepth ?? '–',
              },
              {
                title: words('memory'),
                className: 'num',
                render: (_, { status }) => (status ? megabytes(status.memory_bytes) : '–'),
              },
              {
                title: words('lastSeen'),
                className: 'num',
                render: (_, device) =>
                  device.lastSeenAt ? dateTime(device.lastSeenAt, words.language) : words('never'),
              },
              {
                render: (_, device) =>
                  admin && (
                    <Space>
                      <Button size="small" onClick={() => newCode(device)}>
                        {words('newCode')}
                      </Button>
                      {device.state !== 'revoked' && (
                        <Popconfirm title={words('revokeAsk')} onConfirm={() => revoke(device)}>
                          <Button size="small" danger>
                            {words('revoke')}
                          </Button>
                        </Popconfirm>
                      )}
                    </Space>
                  ),
              },
            ]}
          />
        </Card>
        <TillCard />
      </div>
      <AddDevice
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={code => {
          setAdding(false);
          setPairing(code);
          loaded.reload();
        }}
      />
      <PairingModal pairing={pairing} onClose={() => setPairing(undefined)} />
    </>
  );
}

function GalleryState({ device }: { readonly device: Device }) {
  const words = useWords();
  const { status, currentRevision, digestMatches } = device;
  if (!status) return <>–</>;
  const behind = currentRevision - status.galleryRevision;
  if (digestMatches === false) return <Tag color="red">{words('galleryDiffers')}</Tag>;
  return (
    <span className="num">
      {status.galleryPersons} ·{' '}
      {behind > 0 ? words('galleryBehind', { count: behind }) : words('galleryCurrent')}
    </span>
  );
}

function AddDevice(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAdded: (code: PairingCode) => void;
}) {
  const { open, onClose, onAdded } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<DeviceCreate>();
  const kind = Form.useWatch('kind', form) ?? 'gate';
  const [places, setPlaces] = useState<readonly { id: string; name: string }[]>([]);
  useEffect(() => {
    if (!open) return;
    const path = kind === 'gate' ? '/access-points' : '/tills';
    api.get<{ items: (AccessPoint | Till)[] }>(path).then(
      page => setPlaces(page.items),
      () => setPlaces([]),
    );
    form.resetFields(['placeId']);
  }, [api, form, kind, open]);
  const submit = (values: DeviceCreate) =>
    api
      .send<PairingCode>('POST', '/devices', values)
      .then(onAdded, (error: Error) => message.error(error.message));
  return (
    <Modal title={words('addDevice')} open={open} onCancel={onClose} onOk={form.submit} destroyOnHidden>
      <Form form={form} layout="vertical" onFinish={submit} initialValues={{ kind: 'gate' }}>
        <Form.Item name="kind" label={words('kind')}>
          <Select
            options={[
              { value: 'gate', label: words('gate') },
              { value: 'till', label: words('till') },
            ]}
          />
        </Form.Item>
        <Form.Item name="name" label={words('deviceName')} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="placeId" label={words('place')} rules={[{ required: true }]}>
          <Select options={places.map(place => ({ value: place.id, label: place.name }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function PairingModal({
  pairing,
  onClose,
}: {
  readonly pairing: PairingCode | undefined;
  readonly onClose: () => void;
}) {
  const words = useWords();
  const minutes = pairing
    ? Math.max(0, Math.round((Date.parse(pairing.expiresAt) - Date.now()) / 60_000))
    : 0;
  return (
    <Modal title={words('pairingCode')} open={pairing !== undefined} onCancel={onClose} footer={null}>
      {pairing && (
        <>
          <p className="code" data-testid="pairing-code">
            {pairing.code}
          </p>
          <p>{words('pairingHint', { minutes })}</p>
          <p className="command">
            npm run porter -- edge --central {location.origin} --pair {pairing.code}
          </p>
        </>
      )}
    </Modal>
  );
}
