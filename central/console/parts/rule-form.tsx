import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, DatePicker, Form, Input, Radio, Select, TimePicker } from 'antd';
import type { AccessPoint, AccessRule } from '../../../protocol/staff/index.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { PersonSelect } from './filters.js';
import { ModalForm } from './modal-form.js';
import { type RuleValues, ruleOf } from './rule-values.js';

const mostWindows = 10;

export function RuleForm(props: {
  readonly open: boolean;
  readonly points: readonly AccessPoint[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, points, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async (values: RuleValues) => {
    await api.send<AccessRule>('POST', '/access-rules', ruleOf(values));
    onDone();
  };
  return (
    <ModalForm<RuleValues>
      title={words('addRule')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-rule"
      initialValues={{ who: 'building', accessPointId: points[0]?.id }}
      width_px={600}
    >
      <Form.Item
        name="accessPointId"
        label={words('door')}
        rules={[{ required: true, message: words('required') }]}
      >
        <Select options={points.map(point => ({ value: point.id, label: point.name }))} />
      </Form.Item>
      <Subject />
      <Windows />
      <Form.Item name="validity" label={words('validity')}>
        <DatePicker.RangePicker allowEmpty={[true, true]} style={{ width: '100%' }} />
      </Form.Item>
    </ModalForm>
  );
}

function Subject() {
  const words = useWords();
  const who = Form.useWatch<RuleValues['who'] | undefined>('who') ?? 'building';
  const required = { required: true, message: words('required') };
  return (
    <>
      <Form.Item name="who" label={words('who')}>
        <Radio.Group
          optionType="button"
          options={[
            { value: 'everyone', label: words('everyone') },
            { value: 'building', label: words('building') },
            { value: 'person', label: words('onePerson') },
          ]}
          data-testid="rule-who"
        />
      </Form.Item>
      {who === 'building' && (
        <Form.Item name="building" label={words('building')} rules={[{ ...required, whitespace: true }]}>
          <Input maxLength={60} placeholder={words('building_example')} data-testid="rule-building" />
        </Form.Item>
      )}
      {who === 'person' && (
        <Form.Item name="personId" label={words('person')} rules={[required]}>
          <PersonSelect />
        </Form.Item>
      )}
    </>
  );
}

function Windows() {
  const words = useWords();
  const days = words('weekdays')
    .split(',')
    .map((label, index) => ({ value: index + 1, label }));
  return (
    <Form.Item label={words('hours')}>
      <Form.List name="windows">
        {(fields, { add, remove }) => (
          <div className="stack" style={{ gap: 8 }}>
            {fields.length === 0 && <span className="sub">{words('always')}</span>}
            {fields.map(({ key, name }) => (
              <div key={key} style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
                <Form.Item name={[name, 'days']} noStyle>
                  <Select
                    mode="multiple"
                    placeholder={words('everyDay')}
                    aria-label={words('days')}
                    options={days}
                    style={{ flex: '1 1 200px' }}
                  />
                </Form.Item>
                <Form.Item name={[name, 'hours']} noStyle>
                  <TimePicker.RangePicker
                    format="HH:mm"
                    minuteStep={5}
                    order={false}
                    style={{ width: 190 }}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={words('removeHours')}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            {fields.length < mostWindows && (
              <div>
                <Button size="small" icon={<PlusOutlined />} onClick={() => add({})} data-testid="add-hours">
                  {words('addHours')}
                </Button>
              </div>
            )}
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}
