import type { AuthoriseResponse, Evidence, TillScreen } from '../../protocol/index.js';
import type { OrderRecord } from '../contracts.js';

type Phase<N extends TillScreen['phase']['name']> = Extract<TillScreen['phase'], { name: N }>;
export type DeclineReason = Phase<'declined'>['reason'];
export type WaitingProblem = NonNullable<Phase<'waiting'>['problem']>;

/** Who stands before the till, and what the till must know to charge that person. */
export interface Diner {
  readonly personId: string;
  readonly displayName: string;
  readonly evidence: Evidence;
  /** When this person last paid here, Unix ms; only within the cooldown. */
  readonly paidBefore_ms?: number;
  /** Why this meal may not be served without central; absent: it may. */
  readonly refusedOffline?: DeclineReason;
}

interface Order {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly createdAt_ms: number;
}

/** The till's one order, from the amount to the receipt. */
export type TillState =
  | { readonly name: 'idle' }
  | { readonly name: 'waiting'; readonly order: Order; readonly problem?: WaitingProblem }
  | { readonly name: 'authorising'; readonly order: Order; readonly diner: Diner }
  | {
      readonly name: 'confirm';
      readonly order: Order;
      readonly diner: Diner;
      readonly mode: 'online' | 'offline';
      readonly balanceAfter_minor?: number;
      readonly expiresAt_ms: number;
      /** The diner is out of sight since then. */
      readonly goneSince_ms?: number;
    }
  | {
      readonly name: 'paying';
      readonly order: Order;
      readonly diner: Diner;
      readonly mode: 'online' | 'offline';
    }
  | {
      readonly name: 'paid';
      readonly order: Order;
      readonly diner: Diner;
      readonly mode: 'online' | 'offline';
      readonly paidAt_ms: number;
      readonly balance_minor?: number;
    }
  | {
      readonly name: 'declined';
      readonly order: Order;
      readonly reason: DeclineReason;
      readonly displayName?: string;
    }
  | { readonly name: 'cancelled'; readonly order: Order; readonly reason: Phase<'cancelled'>['reason'] };

export type TillInput =
  | { readonly kind: 'start'; readonly orderId: string; readonly amount_minor: number }
  | { readonly kind: 'diner'; readonly diner: Diner }
  | { readonly kind: 'problem'; readonly problem: WaitingProblem }
  /** Nobody is in view any more, or somebody else is. */
  | { readonly kind: 'gone' }
  /** `answer` undefined: central did not answer in time. */
  | { readonly kind: 'authorised'; readonly orderId: string; readonly answer: AuthoriseResponse | undefined }
  | { readonly kind: 'confirm'; readonly orderId: string; readonly amount_minor: number }
  | { readonly kind: 'committed'; readonly orderId: string }
  | { readonly kind: 'commit-failed'; readonly orderId: string; readonly reason: DeclineReason }
  | { readonly kind: 'settled'; readonly orderId: string; readonly balance_minor: number }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'tick' };

export type TillEffect =
  | {
      readonly kind: 'put-order';
      readonly order: Order;
      readonly state: OrderRecord['state'];
      readonly personId?: string;
    }
  | { readonly kind: 'authorise'; readonly order: Order; readonly personId: string }
  | {
      readonly kind: 'commit';
      readonly order: Order;
      readonly diner: Diner;
      readonly mode: 'online' | 'offline';
    }
  | { readonly kind: 'release'; readonly orderId: string };

export interface TillStep {
  readonly state: TillState;
  /** To be carried out in order. */
  readonly effects: readonly TillEffect[];
  /** The input was not for this state: code of a paymentErrors entry. */
  readonly refusal?: 'order_in_progress' | 'no_order' | 'wrong_order' | 'amount_changed';
}

export interface TillMoment {
  readonly now_ms: number;
  /** For an order that must go on under another key. */
  readonly freshOrderId: string;
}

const confirm_ms = 30_000;
const waiting_ms = 60_000;
/** Looking down at the tray is not walking away. */
const goneGrace_ms = 4_000;

const stay = (state: TillState): TillStep => ({ state, effects: [] });

/** The next state of the till and what has to be done: pure, so that every sequence of events can be tried. */
export function decideTill(state: TillState, input: TillInput, moment: TillMoment): TillStep {
  switch (input.kind) {
    case 'start':
      return start(state, input, moment);
    case 'diner':
      return dinerSeen(state, input.diner, moment);
    case 'problem':
      return state.name === 'waiting' ? stay({ ...state, problem: input.problem }) : stay(state);
    case 'gone':
      return gone(state, moment);
    case 'authorised':
      return authorised(state, input, moment);
    case 'confirm':
      return confirmed(state, input);
    case 'committed':
      if (state.name !== 'paying' || state.order.orderId !== input.orderId) return stay(state);
      return stay({ ...state, name: 'paid', paidAt_ms: moment.now_ms });
    case 'commit-failed':
      return commitFailed(state, input);
    case 'settled':
      if (state.name !== 'paid' || state.order.orderId !== input.orderId) return stay(state);
      return stay({ ...state, balance_minor: input.balance_minor });
    case 'cancel':
      return cancelled(state, input.orderId);
    case 'tick':
      return ticked(state, moment);
  }
}

function start(
  state: TillState,
  input: Extract<TillInput, { kind: 'start' }>,
  { now_ms }: TillMoment,
): TillStep {
  if (!['idle', 'paid', 'declined', 'cancelled'].includes(state.name)) {
    return { state, effects: [], refusal: 'order_in_progress' };
  }
  const order = { orderId: input.orderId, amount_minor: input.amount_minor, createdAt_ms: now_ms };
  return { state: { name: 'waiting', order }, effects: [{ kind: 'put-order', order, state: 'open' }] };
}

function dinerSeen(state: TillState, diner: Diner, moment: TillMoment): TillStep {
  if (state.name === 'confirm') {
    if (diner.personId !== state.diner.personId) return stay(state);
    const { goneSince_ms: _, ...here } = state;
    return stay(here);
  }
  if (state.name !== 'waiting') return stay(state);
  const { order } = state;
  const { personId } = diner;
  if (moment.now_ms - order.createdAt_ms >= waiting_ms) return expired(order);
  return {
    state: { name: 'authorising', order, diner },
    effects: [
      { kind: 'put-order', order, state: 'holding', personId },
      { kind: 'authorise', order, personId },
    ],
  };
}

function authorised(
  state: TillState,
  { orderId, answer }: Extract<TillInput, { kind: 'authorised' }>,
  { now_ms }: TillMoment,
): TillStep {
  if (state.name !== 'authorising' || state.order.orderId !== orderId) return stay(state);
  const { order, diner } = state;
  const { personId, displayName } = diner;
  const ask = { name: 'confirm', order, diner, expiresAt_ms: now_ms + confirm_ms } as const;
  if (answer?.kind === 'authorised') {
    return {
      state: { ...ask, mode: 'online', balanceAfter_minor: answer.balanceAfter_minor },
      effects: [{ kind: 'put-order', order, state: 'held', personId }],
    };
  }
  const reason = answer?.kind === 'declined' ? answer.reason : diner.refusedOffline;
  if (reason === undefined) return stay({ ...ask, mode: 'offline' });
  return {
    state: { name: 'declined', order, reason, displayName },
    effects: [
      { kind: 'put-order', order, state: 'declined', personId },
      // Central may have placed the hold although its answer did not come.
      ...(answer ? [] : [{ kind: 'release', orderId } as const]),
    ],
  };
}

function confirmed(state: TillState, input: Extract<TillInput, { kind: 'confirm' }>): TillStep {
  const current = 'order' in state ? state.order : undefined;
  const again = (state.name === 'paying' || state.name === 'paid') && current?.orderId === input.orderId;
  if (again) return stay(state);
  if (state.name !== 'confirm') return { state, effects: [], refusal: 'no_order' };
  if (state.order.orderId !== input.orderId) return { state, effects: [], refusal: 'wrong_order' };
  if (state.order.amount_minor !== input.amount_minor)
    return { state, effects: [], refusal: 'amount_changed' };
  const { order, diner, mode } = state;
  return { state: { name: 'paying', order, diner, mode }, effects: [{ kind: 'commit', order, diner, mode }] };
}

function commitFailed(state: TillState, input: Extract<TillInput, { kind: 'commit-failed' }>): TillStep {
  if (state.name !== 'paying' || state.order.orderId !== input.orderId) return stay(state);
  const { order, diner } = state;
  return {
    state: { name: 'declined', order, reason: input.reason, displayName: diner.displayName },
    effects: [{ kind: 'release', orderId: order.orderId }],
  };
}

function cancelled(state: TillState, orderId: string): TillStep {
  if (!('order' in state) || state.order.orderId !== orderId)
    return { state, effects: [], refusal: 'wrong_order' };
  if (state.name !== 'waiting' && state.name !== 'authorising' && state.name !== 'confirm')
    return stay(state);
  return ended(state.order, 'cashier', state.name !== 'waiting');
}

function ended(order: Order, reason: Phase<'cancelled'>['reason'], mayBeHeld: boolean): TillStep {
  return {
    state: { name: 'cancelled', order, reason },
    effects: [
      { kind: 'put-order', order, state: 'cancelled' },
      ...(mayBeHeld ? [{ kind: 'release', orderId: order.orderId } as const] : []),
    ],
  };
}

const expired = (order: Order): TillStep => ended(order, 'timeout', false);

function gone(state: TillState, { now_ms }: TillMoment): TillStep {
  if (state.name === 'waiting' && state.problem !== undefined)
    return stay({ name: 'waiting', order: state.order });
  if (state.name !== 'confirm' || state.goneSince_ms !== undefined) return stay(state);
  return stay({ ...state, goneSince_ms: now_ms });
}

/** Who walks away leaves the amount standing for the next diner, under a new key: the old one is that diner's. */
function ticked(state: TillState, { now_ms, freshOrderId }: TillMoment): TillStep {
  if (state.name === 'waiting' && now_ms - state.order.createdAt_ms >= waiting_ms)
    return expired(state.order);
  if (state.name !== 'confirm') return stay(state);
  if (now_ms >= state.expiresAt_ms) return ended(state.order, 'timeout', true);
  if (state.goneSince_ms === undefined || now_ms - state.goneSince_ms < goneGrace_ms) return stay(state);
  const { orderId, amount_minor } = state.order;
  const order = { orderId: freshOrderId, amount_minor, createdAt_ms: now_ms };
  return {
    state: { name: 'waiting', order },
    effects: [
      { kind: 'put-order', order: state.order, state: 'cancelled' },
      { kind: 'release', orderId },
      { kind: 'put-order', order, state: 'open' },
    ],
  };
}

/** What the screen shows of a state. */
export function phaseOf(state: TillState): TillScreen['phase'] {
  if (state.name === 'idle') return { name: 'idle' };
  if (state.name === 'cancelled') return { name: 'cancelled', reason: state.reason };
  const { orderId, amount_minor } = state.order;
  const shown = { orderId, amount_minor };
  switch (state.name) {
    case 'waiting':
      return { name: 'waiting', ...shown, ...(state.problem ? { problem: state.problem } : {}) };
    case 'authorising':
      return { name: 'waiting', ...shown };
    case 'confirm': {
      const { diner, mode, balanceAfter_minor, expiresAt_ms } = state;
      return {
        name: 'confirm',
        ...shown,
        displayName: diner.displayName,
        mode,
        ...(balanceAfter_minor === undefined ? {} : { balanceAfter_minor }),
        ...(diner.paidBefore_ms === undefined
          ? {}
          : {
              paidBefore_s: Math.max(0, Math.round((expiresAt_ms - confirm_ms - diner.paidBefore_ms) / 1000)),
            }),
        expiresAt: new Date(expiresAt_ms).toISOString(),
      };
    }
    case 'paying':
      return { name: 'paying', ...shown, displayName: state.diner.displayName };
    case 'paid': {
      const { diner, mode, paidAt_ms, balance_minor } = state;
      const order = {
        ...shown,
        displayName: diner.displayName,
        mode,
        paidAt: new Date(paidAt_ms).toISOString(),
      };
      return { name: 'paid', order: { ...order, ...(balance_minor === undefined ? {} : { balance_minor }) } };
    }
    case 'declined': {
      const { reason, displayName } = state;
      return { name: 'declined', ...shown, reason, ...(displayName === undefined ? {} : { displayName }) };
    }
  }
}
