import { App, Button, Card, Form, Input, Space } from 'antd';
import { useState } from 'react';
import type { Person, PinUpdate } from '../../../protocol/staff/index.js';
import { asError } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

/** The person's PIN for large meals at a till: it is set, changed and taken away, and never shown. */
export function PinCard(props: {
  readonly person: Person;
  readonly editable: boolean;
  readonly onChange: () => void;
}) {
  const { person, editable, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const put = async (body: PinUpdate) => {
    await api.send<Person>('PUT', `/people/${person.id}/pin`, body);
    onChange();
  };
  const remove = () => put({ pin: null }).catch(failure => message.error(asError(failure).message));
  return (
    <Card title={words('pin')}>
      <Space wrap>
        <span data-testid="pin-state">{words(person.hasPin ? 'pinSet' : 'pinNone')}</span>
        {editable && (
          <Button size="small" onClick={() => setEditing(true)} data-testid="set-pin">
            {words(person.hasPin ? 'pinChange' : 'pinAdd')}
          </Button>
        )}
        {editable && person.hasPin && (
          <Button size="small" type="link" danger onClick={remove} data-testid="remove-pin">
            {words('pinRemove')}
          </Button>
        )}
      </Space>
      <ModalForm<{ readonly pin: string }>
        title={`${words('pin')} · ${person.name}`}
        open={editing}
        onClose={() => setEditing(false)}
        onSubmit={async ({ pin }) => {
          await put({ pin });
          setEditing(false);
        }}
        saveTestId="save-pin"
      >
        <Form.Item
          name="pin"
          label={words('pin')}
          extra={words('pinRule')}
          rules={[{ required: true, message: words('required') }]}
        >
          <Input.Password inputMode="numeric" maxLength={6} autoComplete="off" data-testid="new-pin" />
        </Form.Item>
      </ModalForm>
    </Card>
  );
}
