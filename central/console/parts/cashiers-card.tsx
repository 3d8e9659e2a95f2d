import { App, Button, Card, Form, Input, Popconfirm, Select, Space } from 'antd';
import { useCallback, useState } from 'react';
import type { Cashier, CashierAdd, CashierPin } from '../../../protocol/staff/index.js';
import { date } from '../format.js';
import { asError, useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { Failure } from './common.js';
import { ModalForm } from './modal-form.js';
import { Rows } from './rows.js';

/** Who may open a shift at the tills of each canteen. A PIN is set and changed, and never shown. */
export function CashiersCard({ canteens }: { readonly canteens: readonly string[] }) {
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const [changed, setChanged] = useState<Cashier>();
  const load = useCallback(
    async (): Promise<readonly Cashier[]> => (await api.get<{ items: Cashier[] }>('/cashiers')).items,
    [api],
  );
  const loaded = useLoaded(load);
  const remove = ({ id }: Cashier) =>
    api
      .send<Cashier>('DELETE', `/cashiers/${id}`)
      .then(loaded.reload)
      .catch(failure => message.error(asError(failure).message));
  return (
    <Card
      title={words('cashiers')}
      extra={
        <Button
          size="small"
          disabled={canteens.length === 0}
          onClick={() => setAdding(true)}
          data-testid="add-cashier"
        >
          {words('addCashier')}
        </Button>
      }
    >
      <Failure loaded={loaded} />
      <Rows
        items={loaded.value ?? []}
        loaded={loaded}
        empty={words('noCashiers')}
        minWidth_px={420}
        testId="cashiers"
        columns={[
          { title: words('name'), show: one => one.name },
          { title: words('canteen'), show: one => one.canteen },
          { title: words('cashierSince'), show: one => date(one.addedAt, words.language) },
          {
            title: '',
            align: 'end',
            show: cashier => (
              <Space>
                <Button size="small" onClick={() => setChanged(cashier)} data-testid="change-cashier-pin">
                  {words('cashierPinChange')}
                </Button>
                <Popconfirm
                  title={words('removeCashierAsk')}
                  okText={words('removeCashier')}
                  okButtonProps={{ danger: true, 'data-testid': 'confirm-ok' }}
                  onConfirm={() => remove(cashier)}
                >
                  <Button size="small" type="link" danger data-testid="remove-cashier">
                    {words('removeCashier')}
                  </Button>
                </Popconfirm>
              </Space>
            ),
          },
        ]}
      />
      <AddForm
        open={adding}
        canteens={canteens}
        onClose={() => setAdding(false)}
        onSubmit={async body => {
          await api.send<Cashier>('POST', '/cashiers', body);
          setAdding(false);
          loaded.reload();
        }}
      />
      <ModalForm<CashierPin>
        key={changed?.id ?? ''}
        title={`${words('cashierPin')} · ${changed?.name ?? ''}`}
        open={changed !== undefined}
        onClose={() => setChanged(undefined)}
        onSubmit={async body => {
          if (changed) await api.send<Cashier>('PUT', `/cashiers/${changed.id}/pin`, body);
          setChanged(undefined);
        }}
        saveTestId="save-cashier-pin"
      >
        <PinItem />
      </ModalForm>
    </Card>
  );
}

function AddForm(props: {
  readonly open: boolean;
  readonly canteens: readonly string[];
  readonly onClose: () => void;
  readonly onSubmit: (body: CashierAdd) => Promise<void>;
}) {
  const { canteens, ...others } = props;
  const words = useWords();
  const rules = [{ required: true, whitespace: true, message: words('required') }];
  return (
    <ModalForm<CashierAdd>
      title={words('addCashier')}
      {...others}
      saveTestId="save-cashier"
      initialValues={{ canteen: canteens[0] ?? '' }}
    >
      <Form.Item name="name" label={words('name')} rules={rules}>
        <Input maxLength={60} autoComplete="off" data-testid="new-cashier-name" />
      </Form.Item>
      <Form.Item name="canteen" label={words('canteen')} rules={rules}>
        <Select options={canteens.map(value => ({ value, label: value }))} data-testid="cashier-canteen" />
      </Form.Item>
      <PinItem />
    </ModalForm>
  );
}

function PinItem() {
  const words = useWords();
  return (
    <Form.Item
      name="pin"
      label={words('cashierPin')}
      extra={words('cashierPinRule')}
      rules={[{ required: true, message: words('required') }]}
    >
      <Input.Password
        inputMode="numeric"
        maxLength={6}
        autoComplete="new-password"
        data-testid="new-cashier-pin"
      />
    </Form.Item>
  );
}
