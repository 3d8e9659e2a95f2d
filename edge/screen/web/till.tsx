import { useCallback, useEffect, useRef, useState } from 'react';
import type { TillScreen } from '../../../protocol/screen.js';
import { Book, ShiftBar } from './book.js';
import { ask } from './device.js';
import { Menu } from './menu.js';
import { money, symbolOf } from './money.js';
import { Preview } from './preview.js';
import { useOutcomeSound } from './sound.js';
import type { Language, Words } from './words.js';

type Phase<N extends TillScreen['phase']['name']> = Extract<TillScreen['phase'], { name: N }>;

export interface TillProps {
  readonly state: TillScreen;
  readonly text: Words;
  readonly language: Language;
}

const longestAmount = 9;

/** Adds a key to what was typed: at most one point, and nothing beyond a sensible length. */
export function typeKey(typed: string, key: string): string {
  if (key === '⌫') return typed.slice(0, -1);
  if (key === '.' && (typed.includes('.') || typed === '')) return typed === '' ? '0.' : typed;
  if (typed.length >= longestAmount) return typed;
  return typed === '0' && key !== '.' ? key : typed + key;
}

export function Till(props: TillProps) {
  const { state, text } = props;
  const { phase } = state;
  const [reading, setReading] = useState(false);
  useOutcomeSound(phase.name);
  const entering = ['idle', 'paid', 'declined', 'cancelled'].includes(phase.name);
  return (
    <main className="till-main">
      <section className="customer">
        <Preview state={state} text={text} />
        <Status {...props} />
      </section>
      <section className="cashier">
        {!entering && <Order {...props} />}
        {entering && <ShiftBar {...props} isOpen={reading} onToggle={() => setReading(open => !open)} />}
        {entering && (reading ? <Book {...props} /> : <Charge {...props} />)}
      </section>
    </main>
  );
}

/** The ways to charge: a typed amount and, where the till has them, the price of the hour and the menu. */
function Charge(props: TillProps) {
  const { state, text, language } = props;
  const { prices, currency } = state;
  const hasMenu = (prices?.menu.length ?? 0) > 0;
  const [typing, setTyping] = useState(false);
  const [problem, setProblem] = useState<string>();
  const fixed = prices?.fixed;
  const chargeFixed = async () => {
    const refused = await ask('api/order', { fixed: true }, language);
    setProblem(refused === '' ? text.failed : refused);
  };
  return (
    <>
      {fixed && (
        <button
          type="button"
          className="primary fixed-price"
          onClick={() => void chargeFixed()}
          data-testid="fixed-price"
        >
          {fixed.name} · {money(fixed.price_minor, currency)}
        </button>
      )}
      {problem && <p role="alert">{problem}</p>}
      {hasMenu && (
        <div className="tabs">
          <button
            type="button"
            className="quiet"
            aria-pressed={!typing}
            onClick={() => setTyping(false)}
            data-testid="tab-menu"
          >
            {text.menu}
          </button>
          <button
            type="button"
            className="quiet"
            aria-pressed={typing}
            onClick={() => setTyping(true)}
            data-testid="tab-amount"
          >
            {text.amount}
          </button>
        </div>
      )}
      {hasMenu && !typing ? <Menu {...props} /> : <Keypad {...props} />}
    </>
  );
}

/** What the diner reads: the amount, the name, what to do. */
export function Status({ state, text }: TillProps) {
  const { phase } = state;
  const sum = (minor: number) => money(minor, state.currency);
  if (phase.name === 'idle') return <Panel tone="calm" title={text.typeAmount} />;
  if (phase.name === 'waiting') {
    const problem = phase.problem ? text.problems[phase.problem] : undefined;
    const hint = state.hint ? text.hints[state.hint] : text.lookAtCamera;
    return <Panel tone={problem ? 'ask' : 'calm'} amount={sum(phase.amount_minor)} title={problem ?? hint} />;
  }
  if (phase.name === 'confirm') {
    const left =
      phase.balanceAfter_minor === undefined
        ? text.paidOffline
        : text.balanceAfter(sum(phase.balanceAfter_minor));
    const { subsidy_minor } = phase;
    const detail = subsidy_minor === undefined ? left : `${text.bySubsidy(sum(subsidy_minor))} · ${left}`;
    return <Panel tone="calm" amount={sum(phase.amount_minor)} title={phase.displayName} detail={detail} />;
  }
  if (phase.name === 'paying')
    return (
      <Panel tone="calm" amount={sum(phase.amount_minor)} title={text.paying} detail={phase.displayName} />
    );
  if (phase.name === 'paid') {
    const { order } = phase;
    const detail =
      order.balance_minor === undefined
        ? order.mode === 'offline'
          ? text.paidOffline
          : ''
        : text.newBalance(sum(order.balance_minor));
    return (
      <Panel
        tone="good"
        amount={sum(order.amount_minor)}
        title={`${text.paid} · ${order.displayName}`}
        detail={detail}
      />
    );
  }
  if (phase.name === 'declined') {
    const title = phase.displayName ? `${text.declined} · ${phase.displayName}` : text.declined;
    return (
      <Panel
        tone="bad"
        amount={sum(phase.amount_minor)}
        title={title}
        detail={text.declineReasons[phase.reason]}
      />
    );
  }
  return <Panel tone="ask" title={text.cancelled[phase.reason]} />;
}

export function Panel(props: {
  readonly tone: 'calm' | 'good' | 'bad' | 'ask';
  readonly title: string;
  readonly amount?: string;
  readonly detail?: string;
}) {
  return (
    <div className={`panel ${props.tone}`} aria-live="assertive" data-testid="status" data-tone={props.tone}>
      {props.amount && (
        <div className="sum" data-testid="amount-shown">
          {props.amount}
        </div>
      )}
      <h1>{props.title}</h1>
      {props.detail && <p>{props.detail}</p>}
    </div>
  );
}

const keys = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '.', '0', '⌫'];

function Keypad({ state, text, language }: TillProps) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const press = useCallback((key: string) => {
    setProblem(undefined);
    setTyped(before => typeKey(before, key));
  }, []);
  const charge = useCallback(async () => {
    const refused = await ask('api/order', { amount: typed }, language);
    if (refused === undefined) setTyped('');
    setProblem(refused === '' ? text.failed : refused);
  }, [typed, language, text]);
  useKeyboard(event => {
    if (/^[0-9.]$/.test(event.key)) press(event.key);
    else if (event.key === ',') press('.');
    else if (event.key === 'Backspace') press('⌫');
    else if (event.key === 'Escape') setTyped('');
    else if (event.key === 'Enter') void charge();
    else return;
    event.preventDefault();
  });
  return (
    <>
      <div className="typed">
        <label htmlFor="amount">{text.amount}</label>
        <output id="amount" data-testid="amount-typed">
          <span>{symbolOf(state.currency)}</span>
          {typed || '0.00'}
        </output>
        <p role="alert" data-testid="amount-problem">
          {problem}
        </p>
      </div>
      <div className="keys">
        {keys.map(key => (
          <button key={key} type="button" onClick={() => press(key)} data-testid={`key-${key}`}>
            {key}
          </button>
        ))}
      </div>
      <div className="actions">
        <button type="button" className="plain" onClick={() => setTyped('')} data-testid="clear">
          {text.clear}
        </button>
        <button type="button" className="primary" onClick={() => void charge()} data-testid="charge">
          {text.charge}
        </button>
      </div>
    </>
  );
}

function Order({ state, text, language }: TillProps) {
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
  useKeyboard(event => {
    if (event.key === 'Escape') void cancel();
    else if (event.key === 'Enter') void confirm();
  });
  return (
    <>
      <div className="ask">
        {phase.name === 'confirm' && phase.asksPin && (
          <PinField text={text} pin={pin} onChange={setPin} onEnter={() => void confirm()} />
        )}
        {phase.name === 'confirm' && <Confirm phase={phase} state={state} text={text} onConfirm={confirm} />}
        {phase.name === 'waiting' &&
          (phase.problem === 'unsure' ? (
            <Digits
              text={text}
              onAnswer={async digits => {
                const refused = await ask('api/order/digits', { orderId, digits }, language);
                setProblem(refused === '' ? text.failed : refused);
              }}
            />
          ) : (
            <div className="spinner" aria-hidden="true" />
          ))}
        <p role="alert" data-testid="order-problem">
          {problem}
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
      <label>
        {text.askPin}
        <input
          type="password"
          inputMode="numeric"
          autoComplete="off"
          value={pin}
          maxLength={6}
          onChange={event => onChange(event.target.value)}
          data-testid="pin"
        />
      </label>
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

function useKeyboard(handle: (event: KeyboardEvent) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (!isTyping && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat) handle(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [handle]);
}
