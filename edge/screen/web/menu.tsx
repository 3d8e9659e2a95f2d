import { useState } from 'react';
import { PorterError } from '../../../protocol/errors.js';
import { type CartLine, type MenuItem, priceCart } from '../../../protocol/pricing.js';
import { ask } from './device.js';
import { money } from './money.js';
import type { TillProps } from './till.js';

/** Choosing from the menu: a tap adds a piece, what is weighed asks for its grams. The till prices the cart once more itself. */
export function Menu({ state, text, language }: TillProps) {
  const menu = state.prices?.menu ?? [];
  const [cart, setCart] = useState<readonly CartLine[]>([]);
  const [weighed, setWeighed] = useState<MenuItem>();
  const [problem, setProblem] = useState<string>();
  const { total_minor, error } = totalOf(cart, menu, language);
  const addPiece = (itemId: string) =>
    setCart(lines =>
      lines.some(line => line.itemId === itemId)
        ? lines.map(line => (line.itemId === itemId ? { itemId, quantity: line.quantity + 1 } : line))
        : [...lines, { itemId, quantity: 1 }],
    );
  const take = (index: number) =>
    setCart(lines =>
      lines.flatMap((line, i) => {
        if (i !== index) return [line];
        const isPiece = menu.find(item => item.id === line.itemId)?.unit === 'piece';
        return isPiece && line.quantity > 1 ? [{ ...line, quantity: line.quantity - 1 }] : [];
      }),
    );
  const charge = async () => {
    const refused = await ask('api/order', { items: cart }, language);
    if (refused === undefined) setCart([]);
    setProblem(refused === '' ? text.failed : refused);
  };
  return (
    <>
      <div className="menu" data-testid="menu">
        {menu.map(item => (
          <button
            key={item.id}
            type="button"
            onClick={() => (item.unit === 'piece' ? addPiece(item.id) : setWeighed(item))}
            data-testid={`item-${item.id}`}
          >
            <span>{item.name}</span>
            <small>
              {money(item.price_minor, state.currency)}
              {item.unit === '100g' && ' / 100 g'}
            </small>
          </button>
        ))}
      </div>
      {weighed && (
        <Grams
          key={weighed.id}
          item={weighed}
          label={text.grams(weighed.name)}
          add={text.addToCart}
          onAdd={quantity => {
            setCart(lines => [...lines, { itemId: weighed.id, quantity }]);
            setWeighed(undefined);
          }}
        />
      )}
      <ul className="cart" data-testid="cart">
        {cart.map((line, index) => {
          const item = menu.find(candidate => candidate.id === line.itemId);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity of their own, and hold no state
            <li key={index}>
              <span>{item?.name}</span>
              <span>{item?.unit === '100g' ? `${line.quantity} g` : `× ${line.quantity}`}</span>
              <button
                type="button"
                onClick={() => take(index)}
                aria-label={text.takeOut}
                data-testid="take-out"
              >
                −
              </button>
            </li>
          );
        })}
      </ul>
      <p role="alert" className="menu-problem" data-testid="amount-problem">
        {problem ?? error}
      </p>
      <div className="actions">
        <button type="button" className="plain" onClick={() => setCart([])} data-testid="clear">
          {text.clear}
        </button>
        <button
          type="button"
          className="primary"
          disabled={cart.length === 0}
          onClick={() => void charge()}
          data-testid="charge"
        >
          {text.charge} {money(total_minor, state.currency)}
        </button>
      </div>
    </>
  );
}

function Grams(props: {
  readonly item: MenuItem;
  readonly label: string;
  readonly add: string;
  readonly onAdd: (grams: number) => void;
}) {
  const { item, label, add, onAdd } = props;
  const [typed, setTyped] = useState('');
  const grams = /^[0-9]{1,5}$/.test(typed) ? Number(typed) : 0;
  return (
    <form
      className="grams"
      onSubmit={event => {
        event.preventDefault();
        if (grams > 0) onAdd(grams);
      }}
    >
      <label>
        {label}
        <input
          // The cashier has just chosen what to weigh.
          ref={input => input?.focus()}
          inputMode="numeric"
          value={typed}
          maxLength={5}
          onChange={event => setTyped(event.target.value)}
          data-testid={`grams-${item.id}`}
        />
      </label>
      <button type="submit" className="primary" disabled={grams === 0} data-testid="add-grams">
        {add}
      </button>
    </form>
  );
}

function totalOf(cart: readonly CartLine[], menu: readonly MenuItem[], language: 'en' | 'zh') {
  if (cart.length === 0) return { total_minor: 0 };
  try {
    return { total_minor: priceCart(cart, menu).total_minor };
  } catch (failure) {
    return {
      total_minor: 0,
      error: failure instanceof PorterError ? failure.messageIn(language) : String(failure),
    };
  }
}
