import { Alert, App, Button, Card, Checkbox, Modal, Switch } from 'antd';
import { useState } from 'react';
import type { Purpose } from '../../../protocol/common.js';
import type { ConsentState, ConsentUpdate, Person } from '../../../protocol/staff/index.js';
import { ageOn, dateTime, plainDay } from '../format.js';
import { useWork } from '../session.js';
import { useWords, type Words, wordFor } from '../words/index.js';
import { reachText } from './reach.js';

const purposes: readonly Purpose[] = ['door', 'payment', 'attendance'];
/** Version of the notice that staff hand out before asking. */
const noticeVersion = '1';
/** Below it a guardian consents (PIPL, article 31). */
const guardianAge = 14;

/** Whether only a guardian can give this person's consent. */
export function needsGuardian(birthDate: string | undefined, today: string): boolean {
  return birthDate !== undefined && ageOn(birthDate, today) < guardianAge;
}

export function ConsentCard(props: {
  readonly person: Person;
  readonly editable: boolean;
  readonly onChange: () => void;
}) {
  const { person, editable, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const mustBeGuardian = needsGuardian(person.birthDate, plainDay(new Date()));
  const [guardianTicked, setGuardianTicked] = useState(false);
  const [busy, setBusy] = useState<Purpose>();
  const [noticeOpen, setNoticeOpen] = useState(false);
  const change = (purpose: Purpose, granted: boolean) => {
    setBusy(purpose);
    const givenBy = mustBeGuardian || guardianTicked ? 'guardian' : 'person';
    const body: ConsentUpdate = granted ? { granted, givenBy, noticeVersion } : { granted };
    api
      .send('PUT', `/people/${person.id}/consents/${purpose}`, body)
      .then(onChange, (error: Error) => message.error(error.message))
      .finally(() => setBusy(undefined));
  };
  return (
    <Card
      title={words('consents')}
      extra={
        <Button type="link" size="small" onClick={() => setNoticeOpen(true)} data-testid="notice">
          {words('noticeShow')}
        </Button>
      }
    >
      <ul className="feed consents">
        {purposes.map(purpose => {
          const state = person.consents.find(consent => consent.purpose === purpose);
          const reach = reachText(
            person.reach.find(one => one.purpose === purpose),
            words,
          );
          return (
            <li key={purpose}>
              <Switch
                checked={state?.granted ?? false}
                disabled={!editable}
                loading={busy === purpose}
                onChange={granted => change(purpose, granted)}
                aria-label={wordFor(words, 'purpose', purpose)}
                data-testid={`consent-${purpose}`}
              />
              <span className="main">
                {wordFor(words, 'purpose', purpose)}
                <span className="sub">{consentText(state, words)}</span>
              </span>
              <span
                className="sub"
                style={reach && !reach.isWhole ? { color: 'var(--warn)' } : {}}
                data-testid={`reach-${purpose}`}
              >
                {reach?.text}
              </span>
            </li>
          );
        })}
      </ul>
      {editable && mustBeGuardian && (
        <Alert type="info" showIcon title={words('guardianNeeded')} style={{ marginTop: 16 }} />
      )}
      {editable && !mustBeGuardian && (
        <Checkbox
          checked={guardianTicked}
          onChange={event => setGuardianTicked(event.target.checked)}
          style={{ marginTop: 16 }}
          data-testid="guardian"
        >
          {words('guardian')}
        </Checkbox>
      )}
      <p className="note sub" style={{ marginTop: 12 }}>
        {words('consentNote')}
      </p>
      <Modal
        title={words('noticeTitle', { version: noticeVersion })}
        open={noticeOpen}
        onCancel={() => setNoticeOpen(false)}
        footer={<Button onClick={() => setNoticeOpen(false)}>{words('close')}</Button>}
      >
        <p>{words('noticeText1')}</p>
        <p>{words('noticeText2')}</p>
        <p>{words('noticeText3')}</p>
      </Modal>
    </Card>
  );
}

function consentText(state: ConsentState | undefined, words: Words): string {
  if (!state?.changedAt) return words('notAsked');
  const when = dateTime(state.changedAt, words.language);
  if (!state.granted) return words('withdrawnOn', { when });
  const by = wordFor(words, 'givenBy', state.givenBy ?? 'person');
  return words('givenOn', { when, by, version: state.noticeVersion ?? '–' });
}
