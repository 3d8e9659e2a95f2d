import { Alert, Form, type FormProps, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { PorterError } from '../../../protocol/errors.js';
import { asError } from '../loading.js';
import { useWords } from '../words/index.js';

export interface ModalFormProps<Values> {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Sends what was filled in. What it throws is shown above the fields, and nothing that was typed is lost. */
  readonly onSubmit: (values: Values) => Promise<void>;
  /** `data-testid` of the button that saves. */
  readonly saveTestId: string;
  readonly initialValues?: NonNullable<FormProps<Values>['initialValues']>;
  readonly width_px?: number;
  /** On the button that saves; `save` when absent. */
  readonly okText?: string;
  readonly children: ReactNode;
}

/** A form in a window over the page: save, cancel, a busy button, and why saving failed. */
export function ModalForm<Values extends object>(props: ModalFormProps<Values>) {
  const { title, open, onClose, onSubmit, saveTestId, initialValues, width_px, okText, children } = props;
  const words = useWords();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const submit = async (values: Values) => {
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (failure) {
      setProblem(asError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      title={title}
      open={open}
      onCancel={onClose}
      onOk={form.submit}
      okText={okText ?? words('save')}
      okButtonProps={{ loading: busy, 'data-testid': saveTestId }}
      destroyOnHidden
      afterClose={() => setProblem(undefined)}
      {...(width_px ? { width: width_px } : {})}
    >
      {problem && (
        <Alert
          type="error"
          showIcon
          title={problem instanceof PorterError ? problem.messageIn(words.language) : problem.message}
          style={{ marginBottom: 16 }}
        />
      )}
      <Form
        form={form}
        layout="vertical"
        onFinish={submit}
        preserve={false}
        {...(initialValues ? { initialValues } : {})}
      >
        {children}
      </Form>
    </Modal>
  );
}
