import { Alert, App, Form, Input } from 'antd';
import { useState } from 'react';
import type { DayClose, Settlement } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { date } from '../format.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

/** Closes a day's books; where a till may still hold meals of it, only with a reason. */
export function DayCloseForm(props: {
  readonly open: boolean;
  /** Of the day, below `/api/v1`. */
  readonly path: string;
  readonly day: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, path, day, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [missing, setMissing] = useState<string>();
  const submit = async ({ reason }: { reason?: string }) => {
    const body: DayClose = {
      withoutMissing: missing !== undefined,
      ...(reason?.trim() ? { reason: reason.trim() } : {}),
    };
    try {
      await api.send<Settlement>('POST', `${path}/close`, body);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'tills_missing' || missing !== undefined)
        throw error;
      const { tills } = error.params;
      setMissing(Array.isArray(tills) ? tills.join(', ') : String(tills ?? ''));
      return;
    }
    message.success(words('dayClosed', { day: date(day, words.language) }));
    setMissing(undefined);
    onDone();
  };
  return (
    <ModalForm<{ reason?: string }>
      title={words('closeDayOf', { day: date(day, words.language) })}
      open={open}
      onClose={() => {
        setMissing(undefined);
        onClose();
      }}
      onSubmit={submit}
      saveTestId="save-close-day"
      okText={words(missing === undefined ? 'closeDay' : 'closeAnyway')}
    >
      <p className="note" style={{ marginBottom: 16 }}>
        {words('closeDayNote')}
      </p>
      {missing !== undefined && (
        <>
          <Alert
            type="warning"
            showIcon
            title={words('closeMissing', { tills: missing })}
            style={{ marginBottom: 16 }}
          />
          <Form.Item
            name="reason"
            label={words('reasonWhy')}
            rules={[{ required: true, whitespace: true, min: 3, message: words('required') }]}
          >
            <Input.TextArea rows={2} maxLength={300} data-testid="close-reason" />
          </Form.Item>
        </>
      )}
    </ModalForm>
  );
}
