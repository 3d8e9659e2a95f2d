import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import type { Canteen, CanteenUpdate } from '../../../protocol/staff/index.js';
import { minuteOfDay } from '../format.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { ModalForm } from './modal-form.js';

interface CanteenValues {
  readonly timeZone: string;
  readonly periods?: readonly { readonly name: string; readonly from: string; readonly to: string }[];
}

const clock = /^([01]?\d|2[0-3]):([0-5]\d)$|^24:00$/;

/** "07:30" → 450; "24:00" is the day's end. */
export function minuteIn(text: string): number {
  const [hours = '0', minutes = '0'] = text.trim().split(':');
  return Number(hours) * 60 + Number(minutes);
}

export function canteenOf({ timeZone, periods = [] }: CanteenValues): CanteenUpdate {
  return {
    timeZone: timeZone.trim(),
    periods: periods.map(({ name, from, to }) => ({
      name: name.trim(),
      from_min: minuteIn(from),
      to_min: minuteIn(to),
    })),
  };
}

/** By which clock a canteen counts its days, and when it serves which meal. */
export function CanteenForm(props: {
  readonly canteen: Canteen;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { canteen, open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const submit = async (values: CanteenValues) => {
    await api.send<Canteen>('PUT', `/canteens/${encodeURIComponent(canteen.name)}`, canteenOf(values));
    onDone();
  };
  const required = { required: true, whitespace: true, message: words('required') };
  const time = [required, { pattern: clock, message: words('clockFormat') }];
  return (
    <ModalForm<CanteenValues>
      title={`${words('daysAndPeriods')} · ${canteen.name}`}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-canteen"
      initialValues={{
        timeZone: canteen.timeZone,
        periods: canteen.periods.map(({ name, from_min, to_min }) => ({
          name,
          from: minuteOfDay(from_min),
          to: minuteOfDay(to_min),
        })),
      }}
    >
      <Form.Item name="timeZone" label={words('timeZone')} rules={[required]}>
        <Input maxLength={60} data-testid="canteen-zone" />
      </Form.Item>
      <p className="note" style={{ marginBottom: 8 }}>
        {words('periodsNote')}
      </p>
      <Form.List name="periods">
        {(fields, { add, remove }) => (
          <>
            {fields.map(field => (
              <div className="period" key={field.key}>
                <Form.Item name={[field.name, 'name']} rules={[required]}>
                  <Input maxLength={100} aria-label={words('mealPeriod')} />
                </Form.Item>
                <Form.Item name={[field.name, 'from']} rules={time}>
                  <Input maxLength={5} placeholder="10:00" aria-label={words('subsidyFrom')} />
                </Form.Item>
                <Form.Item name={[field.name, 'to']} rules={time}>
                  <Input maxLength={5} placeholder="14:00" aria-label={words('subsidyUntil')} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={words('delete')}
                  onClick={() => remove(field.name)}
                />
              </div>
            ))}
            {fields.length < 10 && (
              <Button icon={<PlusOutlined />} onClick={() => add()} data-testid="add-period">
                {words('addPeriod')}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </ModalForm>
  );
}
