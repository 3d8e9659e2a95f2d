import { App, Button, Card, Form, Input, Statistic } from 'antd';
import { useCallback, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Account, TopUpResponse } from '../../../protocol/staff/index.js';
import { money } from '../format.js';
import { useLive } from '../live.js';
import { useLoaded } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { Failure } from './common.js';

export function WalletCard({ personId }: { readonly personId: string }) {
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ amount: string }>();
  const [requestId, setRequestId] = useState(() => newId());
  const [problem, setProblem] = useState<string>();
  const load = useCallback(() => api.get<Account>(`/people/${personId}/account`), [api, personId]);
  const loaded = useLoaded(load);
  useLive(event => {
    if (event.kind === 'transfer' && event.transfer.personId === personId) loaded.reload();
  }, loaded.reload);
  const account = loaded.value;
  const topUp = ({ amount }: { amount: string }) =>
    // The id changes only after an answer: pressing again after a lost one does not pay in twice.
    api.send<TopUpResponse>('POST', `/people/${personId}/top-ups`, { requestId, amount }).then(
      () => {
        setRequestId(newId());
        setProblem(undefined);
        form.resetFields();
        loaded.reload();
        message.success(words('toppedUp'));
      },
      (error: Error) => setProblem(error.message),
    );
  return (
    <Card size="small" title={words('wallet')}>
      <Failure loaded={loaded} />
      {account && (
        <div data-testid="balance">
          <Statistic
            title={words('balance')}
            value={money(account.balance_minor, account.currency, words.language)}
          />
          {account.held_minor > 0 && (
            <small>
              {words('held', { amount: money(account.held_minor, account.currency, words.language) })}
            </small>
          )}
        </div>
      )}
      <Form form={form} layout="inline" onFinish={topUp} style={{ marginTop: 12 }}>
        <Form.Item
          name="amount"
          rules={[{ required: true }]}
          {...(problem ? { validateStatus: 'error' as const, help: problem } : {})}
        >
          <Input
            inputMode="decimal"
            placeholder={words('amount')}
            aria-label={words('amount')}
            data-testid="top-up-amount"
          />
        </Form.Item>
        <Button htmlType="submit" data-testid="top-up">
          {words('topUp')}
        </Button>
      </Form>
    </Card>
  );
}
