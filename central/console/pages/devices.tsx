import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Card, Popconfirm, Space } from 'antd';
import { useCallback, useState } from 'react';
import type { Device, PairingCode } from '../../../protocol/staff/index.js';
import { dateTime, megabytes } from '../format.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { DeviceForm } from '../parts/device-form.js';
import { DeviceStatePill, GalleryState, Health } from '../parts/device-state.js';
import { DrillModal } from '../parts/drill.js';
import { PairingModal } from '../parts/pairing.js';
import { none, Rows } from '../parts/rows.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

export default function Devices() {
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const mayEdit = useMay('editDevices');
  const [adding, setAdding] = useState(false);
  const [pairing, setPairing] = useState<PairingCode>();
  const [paired, setPaired] = useState(false);
  const [drilled, setDrilled] = useState<Device>();
  const mayDrill = useMay('drill');
  const load = useCallback(
    async (): Promise<readonly Device[]> => (await api.get<{ items: Device[] }>('/devices')).items,
    [api],
  );
  const loaded = useLoaded(load);
  useLive(event => {
    if (event.kind !== 'device') return;
    const { device } = event;
    loaded.change(devices =>
      devices.some(known => known.id === device.id)
        ? devices.map(known => (known.id === device.id ? device : known))
        : [...devices, device],
    );
    if (device.id === pairing?.device.id && device.state === 'online') setPaired(true);
  }, loaded.reload);
  const failed = (error: Error) => message.error(error.message);
  const showCode = (code: PairingCode) => {
    setPaired(false);
    setPairing(code);
  };
  const newCode = (device: Device) =>
    api.send<PairingCode>('POST', `/devices/${device.id}/pairing-code`).then(showCode, failed);
  const revoke = (device: Device) =>
    api.send('POST', `/devices/${device.id}/revoke`).then(loaded.reload, failed);
  return (
    <>
      <PageHead title={words('devices')}>
        {mayEdit && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setAdding(true)}
            data-testid="add-device"
          >
            {words('addDevice')}
          </Button>
        )}
      </PageHead>
      <Failure loaded={loaded} />
      <Card>
        <DeviceTable
          devices={loaded.value ?? []}
          loaded={loaded}
          {...(mayEdit ? { actions: { newCode, revoke } } : {})}
          {...(mayDrill ? { onDrill: setDrilled } : {})}
        />
      </Card>
      <DeviceForm
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={code => {
          setAdding(false);
          showCode(code);
          loaded.reload();
        }}
      />
      <DrillModal device={drilled} onClose={() => setDrilled(undefined)} />
      <PairingModal
        pairing={pairing}
        paired={paired}
        onNewCode={newCode}
        onClose={() => setPairing(undefined)}
      />
    </>
  );
}

interface DeviceActions {
  readonly newCode: (device: Device) => void;
  readonly revoke: (device: Device) => Promise<unknown>;
}

function DeviceTable(props: {
  readonly devices: readonly Device[];
  readonly loaded: { readonly loading: boolean; readonly error: Error | undefined };
  readonly actions?: DeviceActions;
  readonly onDrill?: (device: Device) => void;
}) {
  const { devices, loaded, actions, onDrill } = props;
  const words = useWords();
  return (
    <Rows
      items={devices}
      loaded={loaded}
      empty={words('noDevices')}
      minWidth_px={700}
      testId="devices"
      columns={[
        {
          title: words('state'),
          show: ({ state, lastSeenAt }) => (
            <>
              <DeviceStatePill state={state} />
              <div className="sub">
                {lastSeenAt ? `${words('lastSeen')} ${dateTime(lastSeenAt, words.language)}` : words('never')}
              </div>
            </>
          ),
        },
        {
          title: words('deviceName'),
          show: ({ name, kind, placeName, status }) => (
            <>
              {name}
              <div className="sub">
                {words(kind)} · {placeName}
              </div>
              {status && (
                <div className="sub">
                  {words('software')} {status.softwareVersion} · {megabytes(status.memory_bytes)}
                </div>
              )}
            </>
          ),
        },
        { title: words('health'), show: device => (device.status ? <Health device={device} /> : none) },
        {
          title: words('gallery'),
          show: device => (device.status ? <GalleryState device={device} /> : none),
        },
        ...(onDrill
          ? [
              {
                title: words('drill'),
                show: (device: Device) =>
                  device.kind === 'gate' && device.status ? (
                    <Button size="small" onClick={() => onDrill(device)} data-testid="drill">
                      {words('drill')}
                    </Button>
                  ) : (
                    none
                  ),
              },
            ]
          : []),
        ...(actions
          ? [
              {
                title: words('actions'),
                show: (device: Device) => <RowActions device={device} actions={actions} />,
              },
            ]
          : []),
      ]}
    />
  );
}

function RowActions({ device, actions }: { readonly device: Device; readonly actions: DeviceActions }) {
  const words = useWords();
  return (
    <Space size={4} wrap>
      <Button size="small" onClick={() => actions.newCode(device)} data-testid="new-code">
        {words('newCode')}
      </Button>
      {device.state !== 'revoked' && (
        <Popconfirm
          title={words('revokeAsk')}
          okText={words('revoke')}
          okButtonProps={{ danger: true, 'data-testid': 'confirm-ok' }}
          onConfirm={() => actions.revoke(device)}
        >
          <Button size="small" danger type="text" data-testid="revoke">
            {words('revoke')}
          </Button>
        </Popconfirm>
      )}
    </Space>
  );
}
