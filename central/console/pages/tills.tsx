import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Form, Input, Modal } from 'antd';
import { useCallback, useState } from 'react';
import { PorterError } from '../../../protocol/errors.js';
import { formatAmount, parseAmount } from '../../../protocol/money.js';
import type { Till, TillCreate } from '../../../protocol/staff/index.js';
import { asError, useLoaded } from '../loading.js';
import { Failure, PageHead } from '../parts/common.js';
import { Rows } from '../parts/rows.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

export default function Tills() {
  const words = useWords();
  const { api } = useWork();
  const mayEdit = useMay('editTills');
  const [adding, setAdding] = useState(false);
  const load = useCallback(
    async (): Promise<readonly Till[]> => (await api.get<{ items: Till[] }>('/tills')).items,
    [api],
  );
  const loaded = useLoaded(load);
  return (
    <>
      <PageHead title={words('tills')}>
        {mayEdit && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setAdding(true)}
            data-testid="add-till"
          >
            {words('addTill')}
          </Button>
        )}
      </PageHead>
      <Failure loaded={loaded} />
      <Card>
        <Rows
          items={loaded.value ?? []}
          loaded={loaded}
          empty={words('noTills')}
          minWidth_px={420}
          testId="tills"
          columns={[
            { title: words('deviceName'), show: one => one.name },
            { title: words('canteen'), show: one => one.canteen },
            {
              title: words('mealLimit'),
              align: 'end',
              show: till => <span className="num">{formatAmount(till.perMealLimit_minor)}</span>,
            },
          ]}
        />
      </Card>
      <TillForm
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

interface TillValues {
  readonly name: string;
  readonly canteen: string;
  readonly limit?: string;
}

export function tillOf({ name, canteen, limit }: TillValues): TillCreate {
  const typed = limit?.trim();
  return {
    name: name.trim(),
    canteen: canteen.trim(),
    ...(typed ? { perMealLimit_minor: parseAmount(typed) } : {}),
  };
}

function TillForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const [form] = Form.useForm<TillValues>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (values: TillValues) => {
    setBusy(true);
    try {
      await api.send<Till>('POST', '/tills', tillOf(values));
      onDone();
    } catch (failure) {
      setProblem(
        failure instanceof PorterError ? failure.messageIn(words.language) : asError(failure).message,
      );
    } finally {
      setBusy(false);
    }
  };
  const rules = [{ required: true, whitespace: true, message: words('required') }];
  return (
    <Modal
      title={words('addTill')}
      open={open}
      onCancel={onClose}
      onOk={form.submit}
      okText={words('save')}
      okButtonProps={{ loading: busy, 'data-testid': 'save-till' }}
      destroyOnHidden
      afterClose={() => setProblem(undefined)}
    >
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" onFinish={submit} preserve={false}>
        <Form.Item name="name" label={words('deviceName')} rules={rules}>
          <Input maxLength={100} data-testid="till-name" />
        </Form.Item>
        <Form.Item name="canteen" label={words('canteen')} rules={rules}>
          <Input maxLength={100} data-testid="till-canteen" />
        </Form.Item>
        <Form.Item name="limit" label={words('mealLimit')} extra={words('mealLimitHint')}>
          <Input inputMode="decimal" maxLength={20} placeholder="50.00" data-testid="till-limit" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
