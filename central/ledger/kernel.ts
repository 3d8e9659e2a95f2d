/**
 * The ledger's rules as one pure function: accounts and a command in, the changes or a rejection out. Double entry: every
 * transfer takes from one account (debit) what it gives to another (credit), so that all balances sum to zero.
 */

export interface Account {
  readonly id: string;
  readonly currency: string;
  /** Credits less debits. Not kept for accounts without a floor. */
  readonly balance_minor: number;
  /** Sum of the holds that stand on the account. */
  readonly held_minor: number;
  /** The balance less the holds may not go below this; null: no limit (accounts of the campus itself). */
  readonly floor_minor: number | null;
}

export interface Hold {
  readonly id: string;
  readonly accountId: string;
  readonly amount_minor: number;
  readonly state: 'standing' | 'captured' | 'released';
}

/** A transfer that a reversal refers to. */
export interface ReversibleTransfer {
  readonly id: string;
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  readonly amount_minor: number;
  readonly currency: string;
  /** Sum of the reversals so far. */
  readonly reversed_minor: number;
}

export interface LedgerState {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly holds: ReadonlyMap<string, Hold>;
  readonly transfers: ReadonlyMap<string, ReversibleTransfer>;
}

export type Command =
  | {
      readonly kind: 'post';
      readonly debitAccountId: string;
      readonly creditAccountId: string;
      readonly amount_minor: number;
      readonly currency: string;
      /** What was served already is posted even below the floor, and flagged. */
      readonly fact: boolean;
    }
  | {
      readonly kind: 'hold';
      readonly holdId: string;
      readonly accountId: string;
      readonly amount_minor: number;
      readonly currency: string;
    }
  | {
      readonly kind: 'capture';
      readonly holdId: string;
      readonly creditAccountId: string;
      readonly amount_minor: number;
    }
  | { readonly kind: 'release'; readonly holdId: string }
  | { readonly kind: 'reverse'; readonly transferId: string; readonly amount_minor: number };

export type RejectionReason =
  | 'amount-not-positive'
  | 'unknown-account'
  | 'same-account'
  | 'currency-mismatch'
  | 'insufficient-funds'
  | 'hold-exists'
  | 'unknown-hold'
  | 'hold-resolved'
  | 'over-hold'
  | 'unknown-transfer'
  | 'over-reversed'
  | 'out-of-range';

export interface NewTransfer {
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  readonly amount_minor: number;
  readonly currency: string;
  /** Posted although the floor was passed. */
  readonly flagged: boolean;
  readonly reverses?: string;
}

export type Decision =
  | {
      readonly kind: 'accepted';
      readonly transfer?: NewTransfer;
      readonly hold?: Hold;
      /** By account: what to add. */
      readonly balanceChanges: ReadonlyMap<string, number>;
      readonly heldChanges: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

/** The largest sum that a double holds exactly, with room for one more command. */
const largest_minor = Number.MAX_SAFE_INTEGER / 4;

const reject = (reason: RejectionReason): Decision => ({ kind: 'rejected', reason });
const isAmount = (amount: number): boolean =>
  Number.isSafeInteger(amount) && amount > 0 && amount < largest_minor;

export function decide(state: LedgerState, command: Command): Decision {
  if ('amount_minor' in command && !isAmount(command.amount_minor)) return reject('amount-not-positive');
  switch (command.kind) {
    case 'post':
      return post(state, command);
    case 'hold':
      return placeHold(state, command);
    case 'capture':
      return capture(state, command);
    case 'release':
      return release(state, command);
    case 'reverse':
      return reverse(state, command);
  }
}

function post(state: LedgerState, command: Extract<Command, { kind: 'post' }>): Decision {
  const debit = state.accounts.get(command.debitAccountId);
  const credit = state.accounts.get(command.creditAccountId);
  if (!debit || !credit) return reject('unknown-account');
  if (debit.id === credit.id) return reject('same-account');
  if (debit.currency !== command.currency || credit.currency !== command.currency)
    return reject('currency-mismatch');
  const covered = available(debit) >= command.amount_minor;
  if (!covered && !command.fact) return reject('insufficient-funds');
  return moved(debit, credit, { ...pick(command), flagged: !covered }, new Map());
}

function placeHold(state: LedgerState, command: Extract<Command, { kind: 'hold' }>): Decision {
  const { holdId, accountId, amount_minor, currency } = command;
  const account = state.accounts.get(accountId);
  if (!account) return reject('unknown-account');
  if (account.currency !== currency) return reject('currency-mismatch');
  if (state.holds.has(holdId)) return reject('hold-exists');
  if (available(account) < amount_minor) return reject('insufficient-funds');
  return {
    kind: 'accepted',
    hold: { id: holdId, accountId, amount_minor, state: 'standing' },
    balanceChanges: new Map(),
    heldChanges: new Map([[accountId, amount_minor]]),
  };
}

/** Takes the hold, or a part of it, and gives the rest back. */
function capture(state: LedgerState, command: Extract<Command, { kind: 'capture' }>): Decision {
  const hold = state.holds.get(command.holdId);
  if (!hold) return reject('unknown-hold');
  if (hold.state !== 'standing') return reject('hold-resolved');
  if (command.amount_minor > hold.amount_minor) return reject('over-hold');
  const debit = state.accounts.get(hold.accountId);
  const credit = state.accounts.get(command.creditAccountId);
  if (!debit || !credit) return reject('unknown-account');
  if (debit.id === credit.id) return reject('same-account');
  if (debit.currency !== credit.currency) return reject('currency-mismatch');
  const { amount_minor } = command;
  const transfer = {
    debitAccountId: debit.id,
    creditAccountId: credit.id,
    amount_minor,
    currency: debit.currency,
    flagged: false,
  };
  const decision = moved(debit, credit, transfer, new Map([[debit.id, -hold.amount_minor]]));
  return decision.kind === 'accepted' ? { ...decision, hold: { ...hold, state: 'captured' } } : decision;
}

function release(state: LedgerState, { holdId }: Extract<Command, { kind: 'release' }>): Decision {
  const hold = state.holds.get(holdId);
  if (!hold) return reject('unknown-hold');
  if (hold.state !== 'standing') return reject('hold-resolved');
  return {
    kind: 'accepted',
    hold: { ...hold, state: 'released' },
    balanceChanges: new Map(),
    heldChanges: new Map([[hold.accountId, -hold.amount_minor]]),
  };
}

/** Gives back what a transfer took, or a part: the campus' account is debited whatever it holds. */
function reverse(
  state: LedgerState,
  { transferId, amount_minor }: Extract<Command, { kind: 'reverse' }>,
): Decision {
  const original = state.transfers.get(transferId);
  if (!original) return reject('unknown-transfer');
  if (original.reversed_minor + amount_minor > original.amount_minor) return reject('over-reversed');
  const debit = state.accounts.get(original.creditAccountId);
  const credit = state.accounts.get(original.debitAccountId);
  if (!debit || !credit) return reject('unknown-account');
  if (available(debit) < amount_minor) return reject('insufficient-funds');
  const transfer = {
    debitAccountId: debit.id,
    creditAccountId: credit.id,
    amount_minor,
    currency: original.currency,
    flagged: false,
    reverses: transferId,
  };
  return moved(debit, credit, transfer, new Map());
}

function moved(
  debit: Account,
  credit: Account,
  transfer: NewTransfer,
  heldChanges: ReadonlyMap<string, number>,
): Decision {
  const after = [debit.balance_minor - transfer.amount_minor, credit.balance_minor + transfer.amount_minor];
  if (after.some(balance => Math.abs(balance) > largest_minor)) return reject('out-of-range');
  return {
    kind: 'accepted',
    transfer,
    balanceChanges: new Map([
      [debit.id, -transfer.amount_minor],
      [credit.id, transfer.amount_minor],
    ]),
    heldChanges,
  };
}

/** What a command may still take from an account. */
export function available(account: Account): number {
  if (account.floor_minor === null) return Number.POSITIVE_INFINITY;
  return account.balance_minor - account.held_minor - account.floor_minor;
}

function pick({
  debitAccountId,
  creditAccountId,
  amount_minor,
  currency,
}: Extract<Command, { kind: 'post' }>) {
  return { debitAccountId, creditAccountId, amount_minor, currency };
}
