import { App, DatePicker, Form, Input, Radio, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useCallback, useEffect, useState } from 'react';
import { v7 as newId } from 'uuid';
import type {
  Canteen,
  PersonSummary,
  SubsidyBatch,
  SubsidyBatchResult,
  SubsidyGroup,
} from '../../../protocol/staff/index.js';
import { money } from '../format.js';
import { useLoaded, useSettled } from '../loading.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';
import { ModalForm } from './modal-form.js';

interface SubsidyValues {
  readonly kind: SubsidyGroup['kind'];
  readonly personIds?: string[];
  readonly group?: string;
  readonly amount: string;
  readonly reason: string;
  readonly validFrom?: Dayjs | null;
  readonly expiresAt: Dayjs;
  readonly periods?: string[];
}

export function groupOf({ kind, personIds = [], group = '' }: SubsidyValues): SubsidyGroup {
  switch (kind) {
    case 'people':
      return { kind, personIds };
    case 'building':
      return { kind, building: group.trim() };
    case 'department':
      return { kind, department: group.trim() };
    case 'everyone':
      return { kind };
  }
}

/** The same subsidy to one or to many. */
export function SubsidyForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { open, onClose, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [requestId, setRequestId] = useState('');
  useEffect(() => {
    if (open) setRequestId(newId());
  }, [open]);
  const submit = async (values: SubsidyValues) => {
    const { amount, reason, validFrom, expiresAt, periods } = values;
    const body: SubsidyBatch = {
      requestId,
      to: groupOf(values),
      amount: amount.trim(),
      reason: reason.trim(),
      expiresAt: expiresAt.toISOString(),
      ...(validFrom ? { validFrom: validFrom.toISOString() } : {}),
      ...(periods && periods.length > 0 ? { periods } : {}),
    };
    const { people, each_minor, currency } = await api.send<SubsidyBatchResult>('POST', '/subsidies', body);
    const each = money(each_minor, currency, words.language);
    message.success(words('subsidyGranted', { amount: each, count: people }));
    onDone();
  };
  const required = [{ required: true, message: words('required') }];
  return (
    <ModalForm<SubsidyValues>
      title={words('grantSubsidy')}
      open={open}
      onClose={onClose}
      onSubmit={submit}
      saveTestId="save-subsidy"
      okText={words('grantSubsidy')}
      initialValues={{ kind: 'people' }}
    >
      <Form.Item name="kind" label={words('subsidyTo')}>
        <Radio.Group
          optionType="button"
          options={(['people', 'building', 'department', 'everyone'] as const).map(value => ({
            value,
            label: wordFor(words, 'to', value),
          }))}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before, after) => before.kind !== after.kind}>
        {({ getFieldValue }) => <GroupField kind={getFieldValue('kind') as SubsidyGroup['kind']} />}
      </Form.Item>
      <Form.Item name="amount" label={words('subsidyEach')} rules={required}>
        <Input inputMode="decimal" maxLength={20} placeholder="50.00" data-testid="subsidy-amount" />
      </Form.Item>
      <Form.Item
        name="reason"
        label={words('reasonWhy')}
        rules={[{ required: true, whitespace: true, min: 3, message: words('required') }]}
      >
        <Input maxLength={300} data-testid="subsidy-reason" />
      </Form.Item>
      <div className="pair">
        <Form.Item name="validFrom" label={words('subsidyFrom')} extra={words('subsidyFromHint')}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="expiresAt" label={words('subsidyUntil')} rules={required}>
          <DatePicker
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            style={{ width: '100%' }}
            data-testid="subsidy-until"
          />
        </Form.Item>
      </div>
      <PeriodField />
    </ModalForm>
  );
}

/** Which people, building or department; nothing for everyone. */
function GroupField({ kind }: { readonly kind: SubsidyGroup['kind'] }) {
  const words = useWords();
  const rules = [{ required: true, message: words('required') }];
  if (kind === 'everyone') return null;
  if (kind === 'people') {
    return (
      <Form.Item name="personIds" rules={rules}>
        <PeopleSelect />
      </Form.Item>
    );
  }
  return (
    <Form.Item name="group" label={words(kind)} rules={rules}>
      <Input maxLength={60} data-testid="subsidy-group" />
    </Form.Item>
  );
}

const typing_ms = 250;

function PeopleSelect(props: {
  readonly value?: string[];
  readonly onChange?: (ids: string[]) => void;
  readonly id?: string;
}) {
  const words = useWords();
  const { api } = useWork();
  const [typed, setTyped] = useState('');
  const query = useSettled(typed.trim(), typing_ms);
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const load = useCallback(
    async () => (await api.get<{ items: PersonSummary[] }>('/people', { query, limit: 20 })).items,
    [api, query],
  );
  const found = (useLoaded(load).value ?? []).map(one => ({
    value: one.id,
    label: `${one.name} · ${one.studentNumber}`,
  }));
  const chosen = (props.value ?? []).filter(id => !found.some(one => one.value === id));
  return (
    <Select
      {...(props.id ? { id: props.id } : {})}
      mode="multiple"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={words('findPerson')}
      value={props.value ?? []}
      options={[...found, ...chosen.map(value => ({ value, label: known.get(value) ?? value }))]}
      onChange={(ids: string[]) => {
        setKnown(new Map([...known, ...found.map(({ value, label }) => [value, label] as const)]));
        props.onChange?.(ids);
      }}
      data-testid="subsidy-people"
    />
  );
}

function PeriodField() {
  const words = useWords();
  const { api } = useWork();
  const load = useCallback(async () => (await api.get<{ items: Canteen[] }>('/canteens')).items, [api]);
  const canteens = useLoaded(load).value ?? [];
  const names = [...new Set(canteens.flatMap(canteen => canteen.periods.map(period => period.name)))];
  return (
    <Form.Item name="periods" label={words('subsidyPeriods')} extra={words('subsidyPeriodsHint')}>
      <Select
        mode="multiple"
        allowClear
        options={names.map(value => ({ value, label: wordFor(words, 'period', value) }))}
        data-testid="subsidy-periods"
      />
    </Form.Item>
  );
}
