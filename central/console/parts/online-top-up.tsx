import { App, Button, Card, Form, Input, Modal, QRCode } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { v7 as newId } from 'uuid';
import type {
  OnlineProvider,
  TopUpOrder,
  TopUpOrderRequest,
  TopUpProviders,
} from '../../../protocol/staff/index.js';
import { dateTime, money } from '../format.js';
import { asError, useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

const askEvery_ms = 3_000;

/** Paying in by phone: a code to scan, shown until it is paid. Nothing where no provider is set up. */
export function OnlineTopUp(props: { readonly personId: string; readonly onPaid: () => void }) {
  const { personId, onPaid } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ amount: string }>();
  const [busy, setBusy] = useState<OnlineProvider>();
  const [problem, setProblem] = useState<string>();
  const [order, setOrder] = useState<TopUpOrder>();
  const load = useCallback(() => api.get<TopUpProviders>('/top-up-providers'), [api]);
  const providers = useLoaded(load).value?.items ?? [];
  const start = async (provider: OnlineProvider) => {
    const { amount } = await form.validateFields();
    setBusy(provider);
    setProblem(undefined);
    const body: TopUpOrderRequest = { requestId: newId(), provider, amount: amount.trim() };
    try {
      setOrder(await api.send<TopUpOrder>('POST', `/people/${personId}/top-up-orders`, body));
    } catch (failure) {
      setProblem(asError(failure).message);
    } finally {
      setBusy(undefined);
    }
  };
  const settled = useCallback(
    (paid: TopUpOrder) => {
      setOrder(undefined);
      if (paid.state !== 'paid') return void message.warning(words('codeExpired'));
      form.resetFields();
      message.success(words('topUpOk', { amount: money(paid.amount_minor, paid.currency, words.language) }));
      onPaid();
    },
    [form, message, onPaid, words],
  );
  if (providers.length === 0) return null;
  return (
    <Card title={words('payByPhone')}>
      <Form form={form}>
        <Form.Item
          name="amount"
          rules={[{ required: true, message: words('required') }]}
          {...(problem ? { validateStatus: 'error' as const, help: problem } : {})}
        >
          <Input
            inputMode="decimal"
            placeholder="50.00"
            aria-label={words('amount')}
            maxLength={20}
            autoComplete="off"
            onChange={() => setProblem(undefined)}
            data-testid="online-amount"
          />
        </Form.Item>
        <span className="buttons">
          {providers.map(provider => (
            <Button
              key={provider}
              loading={busy === provider}
              onClick={() => void start(provider).catch(() => undefined)}
              data-testid={`pay-${provider}`}
            >
              {wordFor(words, 'provider', provider)}
            </Button>
          ))}
        </span>
      </Form>
      <PayCode order={order} onSettled={settled} onClose={() => setOrder(undefined)} />
    </Card>
  );
}

function PayCode(props: {
  readonly order: TopUpOrder | undefined;
  readonly onSettled: (order: TopUpOrder) => void;
  readonly onClose: () => void;
}) {
  const { order, onSettled, onClose } = props;
  const words = useWords();
  const { api } = useWork();
  useEffect(() => {
    if (!order) return;
    let isOld = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const now = await api.get<TopUpOrder>(`/top-up-orders/${order.id}`).catch(() => order);
      if (isOld) return;
      if (now.state === 'open') timer = setTimeout(ask, askEvery_ms);
      else onSettled(now);
    };
    timer = setTimeout(ask, askEvery_ms);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [api, order, onSettled]);
  return (
    <Modal
      open={order !== undefined}
      onCancel={onClose}
      footer={null}
      destroyOnHidden
      width={340}
      title={order ? wordFor(words, 'provider', order.provider) : ''}
    >
      {order && (
        <div className="pay-code" data-testid="pay-code">
          <strong>{money(order.amount_minor, order.currency, words.language)}</strong>
          <QRCode value={order.payUrl ?? '-'} size={240} bordered={false} />
          <span className="sub">
            {words('codeUntil', { when: dateTime(order.expiresAt, words.language) })}
          </span>
        </div>
      )}
    </Modal>
  );
}
