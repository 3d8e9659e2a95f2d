import { App, Card, Checkbox, Switch } from 'antd';
import { useState } from 'react';
import type { Purpose } from '../../../protocol/common.js';
import type { Person } from '../../../protocol/staff/index.js';
import { dateTime } from '../format.js';
import { useWork } from '../session.js';
import { useWords, wordFor } from '../words/index.js';

const purposes: readonly Purpose[] = ['door', 'payment', 'attendance'];
/** Version of the notice that staff hand out before asking. */
const noticeVersion = '1';

export function ConsentCard(props: {
  readonly person: Person;
  readonly editable: boolean;
  readonly onChange: () => void;
}) {
  const { person, editable, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [guardian, setGuardian] = useState(false);
  const [busy, setBusy] = useState<Purpose>();
  const change = (purpose: Purpose, granted: boolean) => {
    setBusy(purpose);
    const body = granted
      ? { granted, givenBy: guardian ? 'guardian' : 'person', noticeVersion }
      : { granted };
    api
      .send('PUT', `/people/${person.id}/consents/${purpose}`, body)
      .then(onChange, (error: Error) => message.error(error.message))
      .finally(() => setBusy(undefined));
  };
  return (
    <Card size="small" title={words('consents')}>
      <p style={{ marginTop: 0 }}>{words('consentNote')}</p>
      <ul className="feed">
        {purposes.map(purpose => {
          const state = person.consents.find(consent => consent.purpose === purpose);
          const reach = person.reach.find(one => one.purpose === purpose);
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
              <span>
                {wordFor(words, 'purpose', purpose)}{' '}
                <span className="sub">
                  {state?.changedAt ? dateTime(state.changedAt, words.language) : ''}
                </span>
              </span>
              <span className="sub" data-testid={`reach-${purpose}`}>
                {reach && reach.devices > 0
                  ? words('reach', { upToDate: reach.upToDate, devices: reach.devices })
                  : ''}
              </span>
            </li>
          );
        })}
      </ul>
      {editable && (
        <Checkbox
          checked={guardian}
          onChange={event => setGuardian(event.target.checked)}
          style={{ marginTop: 8 }}
        >
          {words('guardian')}
        </Checkbox>
      )}
    </Card>
  );
}
