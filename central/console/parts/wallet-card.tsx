import { App, Button, Card, Form, Input } from 'antd';
import { useCallback, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Account, TopUpRequest, TopUpResponse } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { money } from '../format.js';
import { useLive } from '../live.js';
import { asError, useLoaded } from '../loading.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { Failure } from './common.js';
import { OverdraftForm } from './overdraft-form.js';

export function WalletCard({ personId }: { readonly personId: string }) {
  const words = useWords();
  const { api } = useWork();
  const mayTopUp = useMay('topUp');
  const maySetOverdraft = useMay('setOverdraft');
  const [editing, setEditing] = useState(false);
  const load = useCallback(() => api.get<Account>(`/people/${personId}/account`), [api, personId]);
  const loaded = useLoaded(load);
  useLive(event => {
    if (event.kind === 'transfer' && event.transfer.personId === personId) loaded.reload();
  }, loaded.reload);
  const account = loaded.value;
  const amount = (key: 'held' | 'subsidyLeft' | 'overdraft', minor = 0) =>
    words(key, { amount: money(minor, account?.currency ?? 'CNY', words.language) });
  return (
    <Card title={words('wallet')} loading={loaded.loading && !account && !loaded.error}>
      <Failure loaded={loaded} />
      {account && (
        <dl className="figure" style={{ border: 0, padding: 0, margin: 0 }} data-testid="balance">
          <dt className="sub">{words('balance')}</dt>
          <dd className="big" style={account.balance_minor < 0 ? { color: 'var(--bad)' } : {}}>
            {money(account.balance_minor, account.currency, words.language)}
          </dd>
          {(account.subsidy_minor ?? 0) > 0 && (
            <dd className="sub">{amount('subsidyLeft', account.subsidy_minor)}</dd>
          )}
          {(account.overdraft_minor ?? 0) > 0 && (
            <dd className="sub">{amount('overdraft', account.overdraft_minor)}</dd>
          )}
          {account.held_minor > 0 && <dd className="sub">{amount('held', account.held_minor)}</dd>}
        </dl>
      )}
      {mayTopUp && <TopUp personId={personId} onDone={loaded.reload} />}
      {maySetOverdraft && account && (
        <>
          <Button
            type="link"
            size="small"
            style={{ padding: 0, marginTop: 12 }}
            onClick={() => setEditing(true)}
            data-testid="set-overdraft"
          >
            {words('setOverdraft')}
          </Button>
          <OverdraftForm
            account={account}
            open={editing}
            onClose={() => setEditing(false)}
            onDone={() => {
              setEditing(false);
              loaded.reload();
            }}
          />
        </>
      )}
    </Card>
  );
}

function TopUp({ personId, onDone }: { readonly personId: string; readonly onDone: () => void }) {
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ amount: string }>();
  // The id changes only after an answer: pressing again after a lost one does not pay in twice.
  const [requestId, setRequestId] = useState(() => newId());
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async ({ amount }: { amount: string }) => {
    setBusy(true);
    const body: TopUpRequest = { requestId, amount };
    try {
      const { transfer } = await api.send<TopUpResponse>('POST', `/people/${personId}/top-ups`, body);
      setRequestId(newId());
      setProblem(undefined);
      form.resetFields();
      message.success(
        words('topUpOk', { amount: money(transfer.amount_minor, transfer.currency, words.language) }),
      );
      onDone();
    } catch (failure) {
      const error = asError(failure);
      setProblem(error.message);
      // Refused for good: a corrected amount is another request.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) setRequestId(newId());
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form form={form} onFinish={submit} className="inline-form" style={{ marginTop: 16 }}>
      <Form.Item
        name="amount"
        style={{ margin: 0 }}
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
          data-testid="top-up-amount"
        />
      </Form.Item>
      <Button htmlType="submit" loading={busy} data-testid="top-up">
        {words('topUp')}
      </Button>
    </Form>
  );
}
