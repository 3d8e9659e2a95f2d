import { App, Form, Input, Modal, Radio, Select, TimePicker } from 'antd';
import type { AccessPoint, AccessRuleCreate, PersonSummary } from '../../../protocol/staff/index.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

interface RuleValues {
  readonly accessPointId: string;
  readonly who: 'everyone' | 'building' | 'person';
  readonly building?: string;
  readonly personId?: string;
  readonly days?: number[];
  readonly hours?: readonly { hour(): number; minute(): number }[];
}

const everyDay = [1, 2, 3, 4, 5, 6, 7];

/** What a form's values ask of central. Hours without days mean every day. */
export function ruleOf({
  accessPointId,
  who,
  building,
  personId,
  days,
  hours,
}: RuleValues): AccessRuleCreate {
  const [from, to] = hours ?? [];
  const minutes = (time: { hour(): number; minute(): number }) => time.hour() * 60 + time.minute();
  const chosen = days && days.length > 0 ? [...days].sort() : everyDay;
  const windows =
    from && to
      ? [{ days: chosen, from_min: minutes(from), to_min: minutes(to) }]
      : chosen.length < 7
        ? [{ days: chosen, from_min: 0, to_min: 1440 }]
        : [];
  const subject =
    who === 'building'
      ? { kind: who, building: building ?? '' }
      : who === 'person'
        ? { kind: who, personId: personId ?? '' }
        : { kind: who };
  return { accessPointId, subject, windows };
}

export function RuleForm(props: {
  readonly open: boolean;
  readonly points: readonly AccessPoint[];
  readonly people: readonly PersonSummary[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, points, people, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [form] = Form.useForm<RuleValues>();
  const who = Form.useWatch('who', form) ?? 'building';
  const submit = (values: RuleValues) =>
    api
      .send('POST', '/access-rules', ruleOf(values))
      .then(onDone, (error: Error) => message.error(error.message));
  return (
    <Modal title={words('addRule')} open={open} onCancel={onClose} onOk={form.submit} destroyOnHidden>
      <Form
        form={form}
        layout="vertical"
        onFinish={submit}
        initialValues={{ who: 'building', accessPointId: points[0]?.id }}
      >
        <Form.Item name="accessPointId" label={words('door')} rules={[{ required: true }]}>
          <Select options={points.map(point => ({ value: point.id, label: point.name }))} />
        </Form.Item>
        <Form.Item name="who" label={words('who')}>
          <Radio.Group
            optionType="button"
            options={[
              { value: 'everyone', label: words('everyone') },
              { value: 'building', label: words('building') },
              { value: 'person', label: words('onePerson') },
            ]}
          />
        </Form.Item>
        {who === 'building' && (
          <Form.Item name="building" label={words('building')} rules={[{ required: true }]}>
            <Input placeholder="North 3" />
          </Form.Item>
        )}
        {who === 'person' && (
          <Form.Item name="personId" label={words('person')} rules={[{ required: true }]}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={people.map(person => ({
                value: person.id,
                label: `${person.studentNumber} ${person.name}`,
              }))}
            />
          </Form.Item>
        )}
        <Form.Item name="days" label={words('days')}>
          <Select
            mode="multiple"
            placeholder={words('always')}
            options={words('weekdays')
              .split(',')
              .map((label, index) => ({ value: index + 1, label }))}
          />
        </Form.Item>
        <Form.Item name="hours" label={words('hours')}>
          <TimePicker.RangePicker format="HH:mm" order={false} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
