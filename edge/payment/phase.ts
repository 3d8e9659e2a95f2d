import type { PaidOrder, TillScreen } from '../../protocol/index.js';
import type { Paid, TillState } from './till-types.js';

/** What the screen shows of a state. */
export function phaseOf(state: TillState): TillScreen['phase'] {
  switch (state.name) {
    case 'idle':
      return { name: 'idle', ...(state.lastPaid && { lastPaid: receipt(state.lastPaid) }) };
    case 'cancelled':
      return { name: 'cancelled', reason: state.reason };
    case 'waiting':
      return { name: 'waiting', ...shown(state), ...(state.problem && { problem: state.problem }) };
    case 'authorising':
      return { name: 'waiting', ...shown(state) };
    case 'confirm': {
      const { diner, mode, balanceAfter_minor, subsidy_minor, expiresAt } = state;
      return {
        name: 'confirm',
        ...shown(state),
        displayName: diner.displayName,
        mode,
        credential: diner.credential,
        ...(balanceAfter_minor !== undefined && { balanceAfter_minor }),
        ...(subsidy_minor !== undefined && { subsidy_minor }),
        ...(diner.paidBefore_s !== undefined && { paidBefore_s: diner.paidBefore_s }),
        expiresAt,
      };
    }
    case 'paying':
      return { name: 'paying', ...shown(state), displayName: state.diner.displayName };
    case 'paid':
      return { name: 'paid', order: receipt(state) };
    case 'declined': {
      const { reason, displayName } = state;
      return {
        name: 'declined',
        ...shown(state),
        reason,
        ...(displayName !== undefined && { displayName }),
      };
    }
  }
}

function shown({ order: { orderId, amount_minor } }: Extract<TillState, { order: unknown }>) {
  return { orderId, amount_minor };
}

function receipt({ order, diner, mode, paidAt, balance_minor }: Paid): PaidOrder {
  return {
    orderId: order.orderId,
    amount_minor: order.amount_minor,
    displayName: diner.displayName,
    mode,
    paidAt,
    ...(balance_minor !== undefined && { balance_minor }),
  };
}
