import { type ReactNode, useState } from 'react';
import type { RefundableMeal, ShiftTotals } from '../../../protocol/screen.js';
import { ask } from './device.js';
import { money } from './money.js';
import { PinInput } from './pin-input.js';
import type { TillProps } from './till.js';

/** Above the keys: whose shift it is, and the way to its book. */
export function ShiftBar(props: TillProps & { readonly isOpen: boolean; readonly onToggle: () => void }) {
  const { state, text, isOpen, onToggle } = props;
  const { shift, requireShift } = state.book;
  return (
    <div className="shift-bar" data-testid="shift-bar">
      {state.printer === 'lost' && <span className="needed">{text.printerLost}</span>}
      {shift ? (
        <span>
          {shift.cashier} · {text.meals(shift.meals.count)} · {money(takings(shift), state.currency)}
        </span>
      ) : (
        <span className={requireShift ? 'needed' : ''}>{text.noShift}</span>
      )}
      <button type="button" className="quiet" onClick={onToggle} data-testid="book">
        {isOpen ? text.back : text.shiftAndRefunds}
      </button>
    </div>
  );
}

/** The cashier's shift with its totals, and the meals that can still be given back. */
export function Book(props: TillProps) {
  const { state, text, language } = props;
  const { shift, lastShift, meals } = state.book;
  const [problem, setProblem] = useState<string>();
  const send = async (path: string, body: object) => {
    const refused = await ask(path, body, language);
    setProblem(refused === '' ? text.failed : refused);
  };
  return (
    <div className="book" data-testid="cashier-book">
      <p role="alert" data-testid="book-problem">
        {problem}
      </p>
      {shift ? (
        <>
          <Totals {...props} totals={shift} />
          <Sure
            label={text.closeShift}
            sure={text.closeShiftSure}
            testId="close-shift"
            onSure={() => send('api/shift/close', {})}
          />
        </>
      ) : (
        <>
          {lastShift && <Totals {...props} totals={lastShift} />}
          <OpenShift {...props} onOpen={body => send('api/shift/open', body)} />
        </>
      )}
      <h2>{text.recentMeals(state.book.refundWindow_min)}</h2>
      {meals.length === 0 && <p className="none">{text.noMeals}</p>}
      <ul>
        {meals.map(meal => (
          <Meal key={meal.orderId} {...props} meal={meal}>
            <Sure
              label={text.giveBack}
              sure={text.giveBackSure(money(meal.amount_minor, state.currency))}
              testId="refund"
              onSure={() => send('api/refund', { orderId: meal.orderId })}
            />
          </Meal>
        ))}
      </ul>
    </div>
  );
}

interface Opening {
  readonly cashier: string;
  readonly pin?: string;
}

/** Where the canteen has cashiers of its own, one of them and the PIN; elsewhere a name. The PIN is forgotten here once it was sent. */
function OpenShift({ state, text, onOpen }: TillProps & { readonly onOpen: (opening: Opening) => void }) {
  const { cashiers } = state.book;
  const [typed, setCashier] = useState('');
  const [pin, setPin] = useState('');
  const cashier = cashiers && !cashiers.includes(typed) ? (cashiers[0] ?? '') : typed;
  return (
    <form
      className="open-shift"
      onSubmit={event => {
        event.preventDefault();
        onOpen({ cashier, ...(cashiers && { pin }) });
        setPin('');
      }}
    >
      <label htmlFor="cashier-name">
        {text.cashier}
        {cashiers ? (
          <select
            id="cashier-name"
            value={cashier}
            onChange={event => setCashier(event.target.value)}
            data-testid="cashier-name"
          >
            {cashiers.map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        ) : (
          <input
            id="cashier-name"
            value={cashier}
            onChange={event => setCashier(event.target.value)}
            maxLength={60}
            autoComplete="off"
            data-testid="cashier-name"
          />
        )}
      </label>
      {cashiers && <PinInput label={text.cashierPin} pin={pin} onChange={setPin} testId="cashier-pin" />}
      <button type="submit" className="primary" data-testid="open-shift">
        {text.openShift}
      </button>
    </form>
  );
}

function Totals({ state, text, language, totals }: TillProps & { readonly totals: ShiftTotals }) {
  const { cashier, openedAt, closedAt, meals, offline, refunds } = totals;
  const row = (label: string, { count, sum_minor }: ShiftTotals['meals']) => (
    <tr>
      <th scope="row">{label}</th>
      <td>{count}</td>
      <td>{money(sum_minor, state.currency)}</td>
    </tr>
  );
  return (
    <table className="totals" data-testid="shift-totals">
      <caption>
        {cashier} · {clockTime(openedAt, language)}
        {closedAt && `–${clockTime(closedAt, language)} · ${text.shiftClosed}`}
      </caption>
      <tbody>
        {row(text.mealsPaid, meals)}
        {row(text.ofThemOffline, offline)}
        {row(text.refunds, refunds)}
        <tr className="takings">
          <th scope="row">{text.takings}</th>
          <td />
          <td data-testid="takings">{money(takings(totals), state.currency)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Meal(props: TillProps & { readonly meal: RefundableMeal; readonly children: ReactNode }) {
  const { state, text, language, meal, children } = props;
  return (
    <li data-testid="recent-meal">
      <time>{clockTime(meal.paidAt, language)}</time>
      <span className="who">{meal.displayName}</span>
      <span className="amount">{money(meal.amount_minor, state.currency)}</span>
      {meal.refunded ? <span className="done">{text.givenBack}</span> : children}
    </li>
  );
}

/** A button that asks once more before it acts. */
function Sure(props: {
  readonly label: string;
  readonly sure: string;
  readonly testId: string;
  readonly onSure: () => void;
}) {
  const { label, sure, testId, onSure } = props;
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button type="button" className="plain" onClick={() => setAsking(true)} data-testid={testId}>
        {label}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="danger"
      onClick={() => {
        setAsking(false);
        onSure();
      }}
      onBlur={() => setAsking(false)}
      // Focused, so that looking elsewhere takes the question back.
      ref={button => button?.focus()}
      data-testid={`${testId}-sure`}
    >
      {sure}
    </button>
  );
}

const takings = ({ meals, refunds }: ShiftTotals): number => meals.sum_minor - refunds.sum_minor;

function clockTime(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
  });
}
