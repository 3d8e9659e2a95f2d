import { Alert, App, Button, Form, InputNumber, Modal, Radio, Space } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import type { DrillKind } from '../../../protocol/events.js';
import type { Device, Drill, DrillReport, DrillStart } from '../../../protocol/staff/index.js';
import { clockTime, dateTime, percent } from '../format.js';
import { asError, type Loaded, useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';
import { Failure } from './common.js';
import { drillFigures } from './drill-figures.js';
import { none, Rows } from './rows.js';

const kinds = ['live', 'print', 'screen', 'mask'] as const satisfies readonly DrillKind[];
/** Presentations arrive a moment after they were made. */
const refresh_ms = 2_000;

/** Starts and ends drills at a gate, and shows what came of them. */
export function DrillModal({
  device,
  onClose,
}: {
  readonly device: Device | undefined;
  readonly onClose: () => void;
}) {
  const words = useWords();
  return (
    <Modal
      title={words('drillAt', { name: device?.name ?? '' })}
      open={device !== undefined}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{words('close')}</Button>}
      width={760}
      destroyOnHidden
    >
      {device && <DrillPanel key={device.id} device={device} />}
    </Modal>
  );
}

function DrillPanel({ device }: { readonly device: Device }) {
  const words = useWords();
  const { api } = useWork();
  const load = useCallback(() => api.get<DrillReport>(`/devices/${device.id}/drills`), [api, device.id]);
  const loaded = useLoaded(load);
  const { reload, value: report } = loaded;
  const running = report?.drills.find(one => one.running);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(reload, refresh_ms);
    return () => clearInterval(timer);
  }, [running, reload]);
  return (
    <Space orientation="vertical" size={16} style={{ display: 'flex' }}>
      <span className="sub">{words('drillNote')}</span>
      <Failure loaded={loaded} />
      <Controls device={device} running={running} onDone={reload} />
      <Figures report={report} loaded={loaded} />
      {report && report.drills.length > 0 && <History drills={report.drills} />}
    </Space>
  );
}

function Controls(props: {
  readonly device: Device;
  readonly running: Drill | undefined;
  readonly onDone: () => void;
}) {
  const { device, running, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const send = (path: string, body: object) => {
    setBusy(true);
    api
      .send('POST', path, body)
      .then(onDone, (failure: unknown) => message.error(asError(failure).message))
      .finally(() => setBusy(false));
  };
  return (
    <>
      {running && (
        <Alert
          type="warning"
          showIcon
          title={words('drillRunning', {
            kind: wordFor(words, 'drillKind', running.presented),
            time: clockTime(running.endsAt, words.language),
          })}
          description={words('drillCounts', running.counts)}
          action={
            <Button
              danger
              loading={busy}
              onClick={() => send(`/drills/${running.id}/end`, {})}
              data-testid="end-drill"
            >
              {words('drillEnd')}
            </Button>
          }
          style={{ marginBottom: 16 }}
          data-testid="drill-running"
        />
      )}
      <Form<DrillStart>
        layout="inline"
        initialValues={{ presented: 'print', minutes: 10 }}
        onFinish={start => send(`/devices/${device.id}/drills`, start)}
      >
        <Form.Item name="presented">
          <Radio.Group
            optionType="button"
            options={kinds.map(value => ({ value, label: wordFor(words, 'drillKind', value) }))}
            data-testid="drill-kind"
          />
        </Form.Item>
        <Form.Item name="minutes" label={words('drillMinutes')}>
          <InputNumber min={1} max={30} precision={0} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="start-drill">
          {words('drillStart')}
        </Button>
      </Form>
    </>
  );
}

function Figures(props: { readonly report: DrillReport | undefined; readonly loaded: Loaded<DrillReport> }) {
  const { report, loaded } = props;
  const words = useWords();
  const share = (value: number | undefined) =>
    value === undefined ? none : <span className="num">{percent(value, words.language)}</span>;
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <Rows
        items={report ? drillFigures(report) : []}
        loaded={loaded}
        empty={words('drillNone')}
        minWidth_px={460}
        testId="drill-figures"
        columns={[
          {
            title: words('drillFigure'),
            show: one => `${one.name} · ${wordFor(words, 'drillKind', one.id)}`,
          },
          { title: words('drillPresentations'), align: 'end', show: one => one.presented },
          { title: words('drillErrors'), align: 'end', show: one => one.errors },
          { title: words('drillRate'), align: 'end', show: one => share(one.rate) },
          { title: words('drillAtMost'), align: 'end', show: one => share(one.atMost) },
        ]}
      />
      {report?.worstApcer !== undefined && (
        <span data-testid="drill-worst">
          {words('drillWorst', { rate: percent(report.worstApcer, words.language) })}
        </span>
      )}
      <span className="sub">{words('drillLimits')}</span>
    </div>
  );
}

function History({ drills }: { readonly drills: readonly Drill[] }) {
  const words = useWords();
  return (
    <details>
      <summary>{words('drillHistory')}</summary>
      <ul>
        {drills.map(one => (
          <li key={one.id}>
            {dateTime(one.startedAt, words.language)} · {wordFor(words, 'drillKind', one.presented)} ·{' '}
            {words('drillCounts', one.counts)}{' '}
            <span className="sub">{words('drillBy', { name: one.startedBy })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
