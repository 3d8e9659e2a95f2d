import { hasNothingUnderWay } from '../../protocol/index.js';
import type {
  Diner,
  Phase,
  Refusal,
  TillEffect,
  TillInput,
  TillMoment,
  TillState,
  TillStep,
} from './till-types.js';

type InState<N extends TillState['name']> = Extract<TillState, { name: N }>;
type Input<K extends TillInput['kind']> = Extract<TillInput, { kind: K }>;

/** The diner has so long to confirm. */
export const confirm_ms = 30_000;
/** An amount stands for so long without a diner. */
export const waiting_ms = 60_000;
/** Looking down at the tray is not walking away. */
export const goneGrace_ms = 4_000;
/** How long an outcome stays on the screen. */
export const outcome_ms = 8_000;

/** Bound to a face that is seen; a card, a code or a number is bound to nothing that the camera sees. */
const isWatched = ({ diner }: InState<'confirm'>): boolean => diner.credential === 'face';

const stay = (state: TillState): TillStep => ({ state, effects: [] });
const refuse = (state: TillState, refusal: Refusal): TillStep => ({ state, effects: [], refusal });

/**
 * The next state of the till and what has to be done: pure, so that every sequence of events can be tried. What has run out by
 * now runs out before the input is looked at.
 */
export function decideTill(state: TillState, input: TillInput, moment: TillMoment): TillStep {
  const due = ticked(state, moment);
  const step = decideInput(due.state, input, moment);
  return { ...step, effects: [...due.effects, ...step.effects] };
}

function decideInput(state: TillState, input: TillInput, moment: TillMoment): TillStep {
  switch (input.kind) {
    case 'start':
      return started(state, input, moment);
    case 'diner':
      return dinerSeen(state, input.diner, moment);
    case 'problem':
      return state.name === 'waiting' ? stay({ ...state, problem: input.problem }) : stay(state);
    case 'gone':
      return gone(state, moment);
    case 'replaced':
      return state.name === 'confirm' && isWatched(state) ? walkedAway(state, moment) : stay(state);
    case 'authorised':
      return authorised(state, input, moment);
    case 'confirm':
      return confirmed(state, input);
    case 'committed':
      if (state.name !== 'paying' || state.order.orderId !== input.orderId) return stay(state);
      return stay({ ...state, name: 'paid', paidAt: input.paidAt, since_ms: moment.now_ms });
    case 'write-failed':
      return writeFailed(state, input, moment);
    case 'settled':
      return settled(state, input);
    case 'cancel':
      return cancelled(state, input.orderId, moment);
    case 'tick':
      return stay(state);
  }
}

function started(state: TillState, input: Input<'start'>, { now_ms }: TillMoment): TillStep {
  const { orderId, amount_minor, lines } = input;
  if (!hasNothingUnderWay(state)) return refuse(state, 'order_in_progress');
  const order = { orderId, amount_minor, createdAt_ms: now_ms, ...(lines && { lines }) };
  return { state: { name: 'waiting', order }, effects: [{ kind: 'put-order', order, state: 'open' }] };
}

function dinerSeen(state: TillState, diner: Diner, moment: TillMoment): TillStep {
  if (state.name === 'confirm') {
    if (!isWatched(state)) return stay(state);
    if (diner.personId !== state.diner.personId) return walkedAway(state, moment);
    const { goneSince_ms: _, ...here } = state;
    return stay(here);
  }
  if (state.name !== 'waiting') return stay(state);
  const { order } = state;
  const { personId } = diner;
  return {
    state: { name: 'authorising', order, diner },
    effects: [
      { kind: 'put-order', order, state: 'holding', personId },
      { kind: 'authorise', order, diner },
    ],
  };
}

function authorised(state: TillState, input: Input<'authorised'>, moment: TillMoment): TillStep {
  const { now_ms, wall_ms } = moment;
  const { orderId, answer } = input;
  if (state.name !== 'authorising' || state.order.orderId !== orderId) return stay(state);
  const { order, diner } = state;
  const { personId, displayName } = diner;
  const expiresAt = new Date(wall_ms + confirm_ms).toISOString();
  const ask = { name: 'confirm', order, diner, expiresAt_ms: now_ms + confirm_ms, expiresAt } as const;
  if (answer?.kind === 'authorised') {
    const { balanceAfter_minor, subsidy_minor } = answer;
    return {
      state: { ...ask, mode: 'online', balanceAfter_minor, ...(subsidy_minor && { subsidy_minor }) },
      effects: [{ kind: 'put-order', order, state: 'held', personId }],
    };
  }
  const reason = answer?.kind === 'declined' ? answer.reason : diner.refusedOffline;
  if (reason === undefined) return stay({ ...ask, mode: 'offline' });
  return {
    state: { name: 'declined', order, reason, displayName, since_ms: now_ms },
    effects: [
      { kind: 'put-order', order, state: 'declined', personId },
      // Central may have placed the hold although its answer did not come.
      ...(answer ? [] : [{ kind: 'release', orderId } as const]),
    ],
  };
}

/** The same confirmation once more, after a lost answer, changes nothing and is no error. */
function confirmed(state: TillState, input: Input<'confirm'>): TillStep {
  const current = 'order' in state ? state.order : state.lastPaid?.order;
  const served = state.name === 'paying' || state.name === 'paid' || state.name === 'idle';
  if (served && current?.orderId === input.orderId) return stay(state);
  if (state.name !== 'confirm') return refuse(state, 'no_order');
  if (state.order.orderId !== input.orderId) return refuse(state, 'wrong_order');
  if (state.order.amount_minor !== input.amount_minor) return refuse(state, 'amount_changed');
  const { order, diner, mode } = state;
  return { state: { name: 'paying', order, diner, mode }, effects: [{ kind: 'commit', order, diner, mode }] };
}

function writeFailed(state: TillState, input: Input<'write-failed'>, { now_ms }: TillMoment): TillStep {
  const { orderId, reason } = input;
  if (!isOpen(state) && state.name !== 'paying') return stay(state);
  if (state.order.orderId !== orderId) return stay(state);
  const { order } = state;
  return {
    state: {
      name: 'declined',
      order,
      reason,
      since_ms: now_ms,
      ...('diner' in state && { displayName: state.diner.displayName }),
    },
    effects: state.name === 'waiting' ? [] : [{ kind: 'release', orderId }],
  };
}

function settled(state: TillState, { orderId, balance_minor }: Input<'settled'>): TillStep {
  if (state.name === 'paid' && state.order.orderId === orderId) return stay({ ...state, balance_minor });
  if (state.name !== 'idle' || state.lastPaid?.order.orderId !== orderId) return stay(state);
  return stay({ ...state, lastPaid: { ...state.lastPaid, balance_minor } });
}

function cancelled(state: TillState, orderId: string, moment: TillMoment): TillStep {
  if (!('order' in state) || state.order.orderId !== orderId) return refuse(state, 'wrong_order');
  return isOpen(state) ? ended(state, 'cashier', moment) : stay(state);
}

type Open = InState<'waiting' | 'authorising' | 'confirm'>;

function isOpen(state: TillState): state is Open {
  return state.name === 'waiting' || state.name === 'authorising' || state.name === 'confirm';
}

function ended(state: Open, reason: Phase<'cancelled'>['reason'], { now_ms }: TillMoment): TillStep {
  const { order } = state;
  return { state: { name: 'cancelled', order, reason, since_ms: now_ms }, effects: abandoned(state) };
}

function abandoned(state: Open): TillEffect[] {
  const { order } = state;
  const put = { kind: 'put-order', order, state: 'cancelled' } as const;
  return state.name === 'waiting' ? [put] : [put, { kind: 'release', orderId: order.orderId }];
}

function gone(state: TillState, { now_ms }: TillMoment): TillStep {
  if (state.name === 'waiting' && state.problem !== undefined)
    return stay({ name: 'waiting', order: state.order });
  if (state.name !== 'confirm' || !isWatched(state) || state.goneSince_ms !== undefined) return stay(state);
  return stay({ ...state, goneSince_ms: now_ms });
}

/** The amount stands for the next diner under a new key: the old one is bound to the diner who left. */
function walkedAway(state: InState<'confirm'>, { now_ms, freshOrderId }: TillMoment): TillStep {
  const order = { ...state.order, orderId: freshOrderId, createdAt_ms: now_ms };
  return {
    state: { name: 'waiting', order },
    effects: [...abandoned(state), { kind: 'put-order', order, state: 'open' }],
  };
}

function ticked(state: TillState, moment: TillMoment): TillStep {
  const { now_ms } = moment;
  switch (state.name) {
    case 'waiting':
      return now_ms - state.order.createdAt_ms >= waiting_ms ? ended(state, 'timeout', moment) : stay(state);
    case 'confirm':
      if (now_ms >= state.expiresAt_ms) return ended(state, 'timeout', moment);
      if (state.goneSince_ms === undefined || now_ms - state.goneSince_ms < goneGrace_ms) return stay(state);
      return walkedAway(state, moment);
    case 'paid': {
      const { name: _, ...lastPaid } = state;
      return stay(now_ms - state.since_ms >= outcome_ms ? { name: 'idle', lastPaid } : state);
    }
    case 'declined':
    case 'cancelled':
      return stay(now_ms - state.since_ms >= outcome_ms ? { name: 'idle' } : state);
    default:
      return stay(state);
  }
}
