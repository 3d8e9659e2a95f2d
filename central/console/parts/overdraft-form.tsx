import { Form, Input } from 'antd';
import { formatAmount } from '../../../protocol/money.js';
import type { Account } from '../../../protocol/staff/index.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

/** How far below zero a wallet may go. */
export function OverdraftForm(props: {
  readonly account: Account;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { account, open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async ({ amount }: { amount: string }) => {
    await api.send<Account>('PUT', `/people/${account.personId}/overdraft`, { amount: amount.trim() });
    onDone();
  };
  return (
    <ModalForm<{ amount: string }>
      title={words('setOverdraft')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-overdraft"
      initialValues={{ amount: formatAmount(account.overdraft_minor ?? 0) }}
    >
      <Form.Item
        name="amount"
        label={words('overdraftLimit')}
        extra={words('overdraftHint')}
        rules={[{ required: true, message: words('required') }]}
      >
        <Input inputMode="decimal" maxLength={20} data-testid="overdraft-amount" />
      </Form.Item>
    </ModalForm>
  );
}
