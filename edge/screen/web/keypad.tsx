import { useCallback, useRef, useState } from 'react';
import { ask } from './device.js';
import { useKeyboard } from './keyboard.js';
import { symbolOf } from './money.js';
import type { TillProps } from './till.js';

const longestAmount = 9;

/** Adds a key to what was typed: at most one point, and nothing beyond a sensible length. */
export function typeKey(typed: string, key: string): string {
  if (key === '⌫') return typed.slice(0, -1);
  if (key === '.' && (typed.includes('.') || typed === '')) return typed === '' ? '0.' : typed;
  if (typed.length >= longestAmount) return typed;
  return typed === '0' && key !== '.' ? key : typed + key;
}

const keys = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '.', '0', '⌫'];

/** Typing an amount, by touch or on a keyboard. */
export function Keypad({ state, text, language }: TillProps) {
  const [typed, show] = useState('');
  // Keys may come several at a time, Enter among them: it charges what was typed, drawn or not.
  const latest = useRef('');
  const setTyped = useCallback((text: string) => {
    latest.current = text;
    show(text);
  }, []);
  const [problem, setProblem] = useState<string>();
  const press = useCallback(
    (key: string) => {
      setProblem(undefined);
      setTyped(typeKey(latest.current, key));
    },
    [setTyped],
  );
  const charge = useCallback(async () => {
    const refused = await ask('api/order', { amount: latest.current }, language);
    if (refused === undefined) setTyped('');
    setProblem(refused === '' ? text.failed : refused);
  }, [setTyped, language, text]);
  useKeyboard(key => {
    if (/^[0-9.]$/.test(key)) press(key);
    else if (key === ',') press('.');
    else if (key === 'Backspace') press('⌫');
    else if (key === 'Escape') setTyped('');
    else if (key === 'Enter') void charge();
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
          <button
            key={key}
            type="button"
            // The focus stays where it is: Enter after a touch charges, and does not type the digit again.
            onMouseDown={event => event.preventDefault()}
            onClick={() => press(key)}
            data-testid={`key-${key}`}
          >
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
