import { useCallback, useRef, useState } from 'react';
import type { TillScreen } from '../../../protocol/screen.js';
import { ask } from './device.js';
import { useKeyboard } from './keyboard.js';
import { money } from './money.js';
import { PinInput } from './pin-input.js';
import type { TillProps } from './till.js';
import { Ways } from './ways.js';
import type { Words } from './words.js';

type Phase<N extends TillScreen['phase']['name']> = Extract<TillScreen['phase'], { name: N }>;

/** An order in progress: the diner's confirmation, what more is asked of them, and the way back. */
export function Order({ state, text, language }: TillProps) {
  const { phase } = state;
  const orderId = 'orderId' in phase ? phase.orderId : '';
  const [problem, setProblem] = useState<string>();
  const [pin, setPin] = useState('');
  const confirmed = useRef('');
  const cancel = useCallback(async () => {
    setProblem(await ask('api/order/cancel', { orderId }, language));
  }, [orderId, language]);
  const confirm = useCallback(async () => {
    // One press counts: the device would take a second one for the same, but it need not even be sent.
    if (phase.name !== 'confirm' || confirmed.current === phase.orderId) return;
    confirmed.current = phase.orderId;
    const refused = await ask(
      'api/order/confirm',
      { orderId: phase.orderId, amount_minor: phase.amount_minor, ...(phase.asksPin && { pin }) },
      language,
    );
    setPin('');
    if (refused !== undefined) confirmed.current = '';
    setProblem(refused === '' ? text.failed : refused);
  }, [phase, language, text, pin]);
  const send = async (path: string, body: object) => {
    const refused = await ask(path, body, language);
    setProblem(refused === '' ? text.failed : refused);
  };
  useKeyboard(
    key => {
      if (key === 'Escape') void cancel();
      else if (key === 'Enter') void confirm();
    },
    scanned => void send('api/order/credential', { text: scanned }),
  );
  return (
    <>
      <div className="ask">
        {phase.name === 'confirm' && phase.asksPin && (
          <PinField text={text} pin={pin} onChange={setPin} onEnter={() => void confirm()} />
        )}
        {phase.name === 'confirm' && <Confirm phase={phase} state={state} text={text} onConfirm={confirm} />}
        {phase.name === 'waiting' &&
          (phase.problem === 'unsure' ? (
            <Digits text={text} onAnswer={digits => void send('api/order/digits', { orderId, digits })} />
          ) : (
            <div className="spinner" aria-hidden="true" />
          ))}
        {phase.name === 'waiting' && (
          <Ways
            text={text}
            onNumber={(studentNumber, pin) => void send('api/order/number', { orderId, studentNumber, pin })}
          />
        )}
        <p role="alert" data-testid="order-problem">
          {state.notice?.[language] ?? problem}
        </p>
      </div>
      <div className="actions">
        <button
          type="button"
          className="plain"
          onClick={() => void cancel()}
          disabled={phase.name === 'paying'}
          data-testid="cancel"
        >
          {text.cancel}
        </button>
      </div>
    </>
  );
}

/** For somebody whom the face alone does not tell apart. */
function Digits({ text, onAnswer }: { readonly text: Words; readonly onAnswer: (digits: string) => void }) {
  const [typed, setTyped] = useState('');
  return (
    <form
      className="digits"
      onSubmit={event => {
        event.preventDefault();
        onAnswer(typed);
        setTyped('');
      }}
    >
      <label>
        {text.askDigits}
        <input
          ref={input => input?.focus()}
          value={typed}
          onChange={event => setTyped(event.target.value)}
          maxLength={4}
          autoComplete="off"
          data-testid="digits"
        />
      </label>
      <button type="submit" className="primary" disabled={typed.length !== 4} data-testid="send-digits">
        {text.confirm}
      </button>
    </form>
  );
}

/** The diner's PIN for a large meal; it leaves this page only with the confirmation. */
function PinField(props: {
  readonly text: Words;
  readonly pin: string;
  readonly onChange: (pin: string) => void;
  readonly onEnter: () => void;
}) {
  const { text, pin, onChange, onEnter } = props;
  return (
    <form
      className="digits"
      onSubmit={event => {
        event.preventDefault();
        onEnter();
      }}
    >
      <PinInput label={text.askPin} pin={pin} onChange={onChange} testId="pin" />
    </form>
  );
}

function Confirm(props: {
  readonly phase: Phase<'confirm'>;
  readonly state: TillScreen;
  readonly text: Words;
  readonly onConfirm: () => void;
}) {
  const { phase, state, text, onConfirm } = props;
  const left_s = Math.max(0, Math.ceil((Date.parse(phase.expiresAt) - Date.parse(state.now)) / 1000));
  const amount = money(phase.amount_minor, state.currency);
  return (
    <>
      {phase.paidBefore_s !== undefined && (
        <p className="again" data-testid="paid-before">
          {text.paidBefore(phase.paidBefore_s)}
        </p>
      )}
      <button type="button" className="primary huge" onClick={onConfirm} data-testid="confirm">
        <span>{text.confirm}</span>
        <small>
          {phase.displayName} · {text.confirmPay(amount)}
        </small>
      </button>
      <p className="left">{left_s} s</p>
    </>
  );
}
