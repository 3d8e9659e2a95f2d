import { App, Button, Card, Form, Input, Modal, Popconfirm, QRCode, Space } from 'antd';
import { useState } from 'react';
import type { CardAdd, Person, PhoneInvitation } from '../../../protocol/staff/index.js';
import { date, dateTime } from '../format.js';
import { asError } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

interface WaysProps {
  readonly person: Person;
  readonly editable: boolean;
  readonly onChange: () => void;
}

/** The cards and phones by which a person pays besides the face. */
export function WaysCard({ person, editable, onChange }: WaysProps) {
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const [invitation, setInvitation] = useState<PhoneInvitation>();
  const tell = (failure: unknown) => message.error(asError(failure).message);
  const invite = () =>
    api
      .send<PhoneInvitation>('POST', `/people/${person.id}/phone-invitations`, {})
      .then(setInvitation)
      .catch(tell);
  const remove = (path: string) =>
    api.send<Person>('DELETE', `/people/${person.id}/${path}`).then(onChange).catch(tell);
  const rows = [
    ...person.cards.map(({ id, ending, addedAt }) => ({
      ...{ key: `card-${id}`, path: `cards/${id}`, addedAt },
      title: words('cardEnding', { ending }),
    })),
    ...person.phones.map(({ id, addedAt }) => ({
      ...{ key: `phone-${id}`, path: `phones/${id}`, addedAt, title: words('phoneKey') },
    })),
  ];
  return (
    <Card title={words('ways')} data-testid="ways">
      <Space orientation="vertical" style={{ width: '100%' }}>
        {rows.length === 0 && <span>{words('waysNone')}</span>}
        {rows.map(({ key, title, addedAt, path }) => (
          <Space key={key} data-testid={key}>
            <strong className="num">{title}</strong>
            <span>{words('addedOn', { date: date(addedAt, words.language) })}</span>
            {editable && (
              <Popconfirm
                title={words('wayRemoveAsk')}
                okText={words('wayRemove')}
                okButtonProps={{ danger: true, 'data-testid': 'confirm-ok' }}
                onConfirm={() => remove(path)}
              >
                <Button size="small" type="link" danger data-testid={`remove-${key}`}>
                  {words('wayRemove')}
                </Button>
              </Popconfirm>
            )}
          </Space>
        ))}
        <small>{words('waysHint')}</small>
        {editable && (
          <Space wrap>
            <Button size="small" onClick={() => setAdding(true)} data-testid="add-card">
              {words('cardAdd')}
            </Button>
            <Button size="small" onClick={() => void invite()} data-testid="invite-phone">
              {words('phoneInvite')}
            </Button>
          </Space>
        )}
      </Space>
      <CardForm
        open={adding}
        onClose={() => setAdding(false)}
        onSubmit={async body => {
          await api.send<Person>('POST', `/people/${person.id}/cards`, body);
          setAdding(false);
          onChange();
        }}
      />
      <Modal
        open={invitation !== undefined}
        title={words('phoneInvitation')}
        footer={null}
        onCancel={() => {
          setInvitation(undefined);
          onChange();
        }}
      >
        {invitation && <Invitation invitation={invitation} />}
      </Modal>
    </Card>
  );
}

function CardForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSubmit: (body: CardAdd) => Promise<void>;
}) {
  const words = useWords();
  return (
    <ModalForm<CardAdd> title={words('cardAdd')} {...props} saveTestId="save-card">
      <Form.Item
        name="number"
        label={words('cardNumber')}
        extra={words('cardNumberHint')}
        rules={[{ required: true, message: words('required') }]}
      >
        <Input autoFocus autoComplete="off" maxLength={60} data-testid="new-card" />
      </Form.Item>
    </ModalForm>
  );
}

function Invitation({ invitation }: { readonly invitation: PhoneInvitation }) {
  const words = useWords();
  const link = `${location.origin}${invitation.path}`;
  return (
    <Space orientation="vertical" align="center" style={{ width: '100%' }} data-testid="phone-invitation">
      <QRCode value={link} size={240} bordered={false} />
      <span>{words('phoneInvitationHint', { until: dateTime(invitation.expiresAt, words.language) })}</span>
      <Input readOnly value={link} data-testid="invitation-link" />
    </Space>
  );
}
