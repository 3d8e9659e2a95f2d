import { Alert, Button, DatePicker, Drawer, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { Person, PersonCreate, PersonUpdate } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { asError } from '../loading.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';

export interface PersonValues {
  readonly studentNumber: string;
  readonly name: string;
  readonly building?: string;
  readonly department?: string;
  readonly birthDate?: Dayjs | null;
  /** The last day. */
  readonly validUntil?: Dayjs | null;
}

/** A new person's fields; those left empty are left out. */
export function creationOf(values: PersonValues): PersonCreate {
  const { studentNumber, name, building, department, birthDate, validUntil } = trimmed(values);
  return {
    studentNumber,
    name,
    ...(building ? { building } : {}),
    ...(department ? { department } : {}),
    ...(birthDate ? { birthDate: birthDate.format('YYYY-MM-DD') } : {}),
    ...(validUntil ? { validUntil: validUntil.endOf('day').toISOString() } : {}),
  };
}

/** The fields of a known person that may change; those left empty are cleared. */
export function updateOf(values: Omit<PersonValues, 'studentNumber' | 'birthDate'>): PersonUpdate {
  const { name, building, department, validUntil } = trimmed(values);
  return {
    name,
    building: building || null,
    department: department || null,
    validUntil: validUntil ? validUntil.endOf('day').toISOString() : null,
  };
}

function trimmed<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? value.trim() : value]),
  ) as T;
}

/** Adds a person and goes to its page; with `person`, changes that one. */
export function PersonForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly person?: Person;
  readonly onDone?: () => void;
}) {
  const { open, onClose, person, onDone } = props;
  const words = useWords();
  const { api } = useWork();
  const navigate = useNavigate();
  const [form] = Form.useForm<PersonValues>();
  const [problem, setProblem] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const isTaken = problem instanceof ApiError && problem.code === 'student_number_taken';
  const submit = async (values: PersonValues) => {
    setBusy(true);
    setProblem(undefined);
    try {
      if (person) {
        await api.send<Person>('PATCH', `/people/${person.id}`, updateOf(values));
        onDone?.();
      } else {
        const added = await api.send<Person>('POST', '/people', creationOf(values));
        navigate(`/people/${added.id}`);
      }
    } catch (failure) {
      setProblem(asError(failure));
    } finally {
      setBusy(false);
    }
  };
  const required = { required: true, whitespace: true, message: words('required') };
  return (
    <Drawer
      title={words(person ? 'editPerson' : 'addPerson')}
      open={open}
      onClose={onClose}
      destroyOnHidden
      afterOpenChange={isOpen => !isOpen && setProblem(undefined)}
    >
      {problem && !isTaken && (
        <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 16 }} />
      )}
      <Form
        form={form}
        layout="vertical"
        onFinish={submit}
        initialValues={person ? valuesOf(person) : {}}
        preserve={false}
      >
        {!person && (
          <Form.Item
            name="studentNumber"
            label={words('studentNumber')}
            rules={[required]}
            {...(isTaken ? { validateStatus: 'error' as const, help: problem.message } : {})}
          >
            <Input
              autoFocus
              maxLength={40}
              onChange={() => setProblem(undefined)}
              data-testid="student-number"
            />
          </Form.Item>
        )}
        <Form.Item name="name" label={words('name')} rules={[required]}>
          <Input maxLength={100} data-testid="person-name" />
        </Form.Item>
        <Form.Item name="building" label={words('building')}>
          <Input maxLength={60} placeholder={words('building_example')} data-testid="person-building" />
        </Form.Item>
        <Form.Item name="department" label={words('department')}>
          <Input maxLength={100} data-testid="person-department" />
        </Form.Item>
        {!person && (
          <Form.Item name="birthDate" label={words('birthDate')}>
            <DatePicker style={{ width: '100%' }} disabledDate={day => day.isAfter(dayjs())} />
          </Form.Item>
        )}
        <Form.Item name="validUntil" label={words('validUntil')}>
          <DatePicker style={{ width: '100%' }} placeholder={words('noEnd')} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy} data-testid="save-person">
          {words('save')}
        </Button>
      </Form>
    </Drawer>
  );
}

function valuesOf({ studentNumber, name, building, department, validUntil }: Person): PersonValues {
  return {
    studentNumber,
    name,
    ...(building ? { building } : {}),
    ...(department ? { department } : {}),
    ...(validUntil ? { validUntil: dayjs(validUntil) } : {}),
  };
}
