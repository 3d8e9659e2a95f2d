import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Form, Input } from 'antd';
import { useCallback, useState } from 'react';
import { formatAmount, parseAmount } from '../../../protocol/money.js';
import type { Till, TillCreate, TillUpdate } from '../../../protocol/staff/index.js';
import { useLoaded } from '../loading.js';
import { CashiersCard } from '../parts/cashiers-card.js';
import { Failure, PageHead } from '../parts/common.js';
import { ModalForm } from '../parts/modal-form.js';
import { pricingOf, textOf } from '../parts/pricing-text.js';
import { none, Rows } from '../parts/rows.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

export default function Tills() {
  const words = useWords();
  const { api } = useWork();
  const mayEdit = useMay('editTills');
  const [adding, setAdding] = useState(false);
  const [edited, setEdited] = useState<Till>();
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
      <div className="stack">
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
              { title: words('stall'), show: one => one.stall ?? none },
              {
                title: words('mealLimit'),
                align: 'end',
                show: till => <span className="num">{formatAmount(till.perMealLimit_minor)}</span>,
              },
              ...(mayEdit
                ? [
                    {
                      title: '',
                      align: 'end' as const,
                      show: (till: Till) => (
                        <Button size="small" onClick={() => setEdited(till)} data-testid="edit-till">
                          {words('edit')}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </Card>
        {mayEdit && <CashiersCard canteens={[...new Set((loaded.value ?? []).map(one => one.canteen))]} />}
      </div>
      <TillEdit
        till={edited}
        onClose={() => setEdited(undefined)}
        onDone={() => {
          setEdited(undefined);
          loaded.reload();
        }}
      />
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

/** A till moves to another stall, or gets another limit or other prices; its name and canteen stay. */
function TillEdit(props: {
  readonly till: Till | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { till, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async ({ stall, limit, prices }: EditValues) => {
    if (!till) return;
    const typed = limit?.trim();
    const body: TillUpdate = {
      stall: stall?.trim() ?? '',
      pricing: pricingOf(prices ?? ''),
      ...(typed ? { perMealLimit_minor: parseAmount(typed) } : {}),
    };
    await api.send<Till>('PATCH', `/tills/${till.id}`, body);
    onDone();
  };
  return (
    <ModalForm<EditValues>
      key={till?.id ?? ''}
      title={till ? `${words('editTill')} · ${till.name}` : words('editTill')}
      open={till !== undefined}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="update-till"
      initialValues={
        till
          ? {
              stall: till.stall ?? '',
              limit: formatAmount(till.perMealLimit_minor),
              prices: textOf(till.pricing),
            }
          : {}
      }
    >
      <Form.Item name="stall" label={words('stall')} extra={words('stallHint')}>
        <Input maxLength={100} data-testid="edit-stall" />
      </Form.Item>
      <Form.Item name="limit" label={words('mealLimit')}>
        <Input inputMode="decimal" maxLength={20} data-testid="edit-limit" />
      </Form.Item>
      <Form.Item name="prices" label={words('tillPrices')} extra={words('tillPricesHint')}>
        <Input.TextArea
          autoSize={{ minRows: 4, maxRows: 14 }}
          maxLength={6_000}
          placeholder={words('tillPricesExample')}
          data-testid="edit-prices"
        />
      </Form.Item>
    </ModalForm>
  );
}

interface EditValues extends Pick<TillValues, 'stall' | 'limit'> {
  readonly prices?: string;
}

interface TillValues {
  readonly name: string;
  readonly canteen: string;
  readonly stall?: string;
  readonly limit?: string;
}

export function tillOf({ name, canteen, stall, limit }: TillValues): TillCreate {
  const typed = limit?.trim();
  return {
    name: name.trim(),
    canteen: canteen.trim(),
    ...(stall?.trim() ? { stall: stall.trim() } : {}),
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
  const submit = async (values: TillValues) => {
    await api.send<Till>('POST', '/tills', tillOf(values));
    onDone();
  };
  const rules = [{ required: true, whitespace: true, message: words('required') }];
  return (
    <ModalForm<TillValues>
      title={words('addTill')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-till"
    >
      <Form.Item name="name" label={words('deviceName')} rules={rules}>
        <Input maxLength={100} data-testid="till-name" />
      </Form.Item>
      <Form.Item name="canteen" label={words('canteen')} rules={rules}>
        <Input maxLength={100} data-testid="till-canteen" />
      </Form.Item>
      <Form.Item name="stall" label={words('stall')} extra={words('stallHint')}>
        <Input maxLength={100} data-testid="till-stall" />
      </Form.Item>
      <Form.Item name="limit" label={words('mealLimit')} extra={words('mealLimitHint')}>
        <Input inputMode="decimal" maxLength={20} placeholder="50.00" data-testid="till-limit" />
      </Form.Item>
    </ModalForm>
  );
}
