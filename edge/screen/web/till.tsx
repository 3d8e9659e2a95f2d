import { useState } from 'react';
import { hasNothingUnderWay, type TillScreen } from '../../../protocol/screen.js';
import { Book, ShiftBar } from './book.js';
import { ask } from './device.js';
import { Keypad } from './keypad.js';
import { Menu } from './menu.js';
import { money } from './money.js';
import { Order } from './order.js';
import { Preview } from './preview.js';
import { useOutcomeSound } from './sound.js';
import type { Language, Words } from './words.js';

export interface TillProps {
  readonly state: TillScreen;
  readonly text: Words;
  readonly language: Language;
}

export function Till(props: TillProps) {
  const { state, text } = props;
  const { phase } = state;
  const [reading, setReading] = useState(false);
  useOutcomeSound(phase.name);
  const entering = hasNothingUnderWay(phase);
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
    const lookHere = state.camera === 'ok' ? text.lookAtCamera : text.waysCameraLost;
    const hint = state.hint ? text.hints[state.hint] : lookHere;
    return <Panel tone={problem ? 'ask' : 'calm'} amount={sum(phase.amount_minor)} title={problem ?? hint} />;
  }
  if (phase.name === 'confirm') {
    const left =
      phase.balanceAfter_minor === undefined
        ? text.paidOffline
        : text.balanceAfter(sum(phase.balanceAfter_minor));
    const { subsidy_minor, credential } = phase;
    const parts = [
      ...(credential === 'face' ? [] : [text.byCredential[credential]]),
      ...(subsidy_minor === undefined ? [] : [text.bySubsidy(sum(subsidy_minor))]),
      left,
    ];
    const detail = parts.join(' · ');
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
