import { App, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Refund, RefundRequest, Transfer } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { money } from '../format.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

interface RefundValues {
  readonly amount?: string;
  readonly reason: string;
}

export const isRefundable = ({ kind }: Pick<Transfer, 'kind'>): boolean =>
  kind === 'meal' || kind === 'top-up';

/** Gives a meal or a top-up back, or asks for it where somebody else must agree. Open while there is a transfer. */
export function RefundForm(props: {
  readonly transfer: Transfer | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { transfer, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [last, setLast] = useState<Transfer>();
  const [requestId, setRequestId] = useState('');
  useEffect(() => {
    if (!transfer) return;
    setLast(transfer);
    // One for each time that the window is opened: sending again after a lost answer does not pay twice.
    setRequestId(newId());
  }, [transfer]);
  const submit = async ({ amount, reason }: RefundValues) => {
    if (!transfer) return;
    const typed = amount?.trim();
    const body: RefundRequest = {
      requestId,
      transferId: transfer.id,
      reason: reason.trim(),
      ...(typed ? { amount: typed } : {}),
    };
    const refund = await api.send<Refund>('POST', '/refunds', body).catch((error: unknown) => {
      // Refused for good: a corrected one is another request. After a lost answer it is the same.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) setRequestId(newId());
      throw error;
    });
    const worth = { amount: money(refund.amount_minor, refund.currency, words.language) };
    if (refund.state === 'waiting') message.info(words('refundWaiting', worth));
    else message.success(words('refundPosted', worth));
    onDone();
  };
  const of = transfer ?? last;
  return (
    <ModalForm<RefundValues>
      title={words('refundTitle', {
        amount: of ? money(of.amount_minor, of.currency, words.language) : '',
        name: of?.personName ?? words('unknownPerson'),
      })}
      open={transfer !== undefined}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-refund"
      okText={words('refund')}
    >
      <Form.Item name="amount" label={words('refundAmount')} extra={words('refundAmountHint')}>
        <Input inputMode="decimal" maxLength={20} autoComplete="off" data-testid="refund-amount" />
      </Form.Item>
      <Form.Item
        name="reason"
        label={words('reasonWhy')}
        rules={[{ required: true, whitespace: true, min: 3, message: words('required') }]}
      >
        <Input.TextArea rows={2} maxLength={300} data-testid="refund-reason" />
      </Form.Item>
    </ModalForm>
  );
}
