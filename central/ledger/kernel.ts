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

export interface HoldLeg {
  readonly accountId: string;
  readonly amount_minor: number;
}

export interface Hold {
  readonly id: string;
  /** In the order in which they are captured; at most one of each account. */
  readonly legs: readonly HoldLeg[];
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
  /** It takes back another transfer, and is not itself taken back. */
  readonly isReversal: boolean;
}

/** Holds what the command names; what is not there does not exist. */
export interface LedgerState {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly holds: ReadonlyMap<string, Hold>;
  readonly transfers: ReadonlyMap<string, ReversibleTransfer>;
}

/** Where money is taken: from each source what it can give, in this order; the last one gives the rest. */
interface Sourced {
  readonly sources: readonly string[];
  readonly amount_minor: number;
  readonly currency: string;
}

export type Command =
  | (Sourced & {
      readonly kind: 'post';
      readonly creditAccountId: string;
      /** What was served already is posted even below the last source's floor, and flagged. */
      readonly fact: boolean;
    })
  | (Sourced & { readonly kind: 'hold'; readonly holdId: string })
  | {
      readonly kind: 'capture';
      readonly holdId: string;
      readonly creditAccountId: string;
      readonly amount_minor: number;
    }
  | { readonly kind: 'release'; readonly holdId: string }
  /** Takes back these transfers in this order, until the amount is reached. */
  | { readonly kind: 'reverse'; readonly transferIds: readonly string[]; readonly amount_minor: number };

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
  | 'is-reversal'
  | 'over-reversed'
  | 'out-of-range';

export interface NewTransfer {
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly reverses?: string;
}

export interface Acceptance {
  readonly kind: 'accepted';
  readonly transfers: readonly NewTransfer[];
  readonly hold?: Hold;
  /** By account: what to add. */
  readonly balanceChanges: ReadonlyMap<string, number>;
  readonly heldChanges: ReadonlyMap<string, number>;
  /** Posted although the floor was passed. */
  readonly belowFloor: boolean;
}

export type Decision = Acceptance | { readonly kind: 'rejected'; readonly reason: RejectionReason };

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
  const { creditAccountId, currency, fact } = command;
  const credit = state.accounts.get(creditAccountId);
  if (!credit) return reject('unknown-account');
  if (command.sources.includes(creditAccountId)) return reject('same-account');
  if (credit.currency !== currency) return reject('currency-mismatch');
  const split = splitOver(state, command);
  if ('kind' in split) return split;
  if (!split.covered && !fact) return reject('insufficient-funds');
  const transfers = split.legs.map(({ accountId, amount_minor }) => ({
    debitAccountId: accountId,
    creditAccountId,
    amount_minor,
    currency,
  }));
  return moved(state, { transfers, heldChanges: new Map(), belowFloor: !split.covered });
}

function placeHold(state: LedgerState, command: Extract<Command, { kind: 'hold' }>): Decision {
  if (state.holds.has(command.holdId)) return reject('hold-exists');
  const split = splitOver(state, command);
  if ('kind' in split) return split;
  if (!split.covered) return reject('insufficient-funds');
  return {
    kind: 'accepted',
    transfers: [],
    hold: { id: command.holdId, legs: split.legs, state: 'standing' },
    balanceChanges: new Map(),
    heldChanges: new Map(split.legs.map(leg => [leg.accountId, leg.amount_minor])),
    belowFloor: false,
  };
}

/** What each source gives. `covered`: the last one can give the rest. */
function splitOver(
  { accounts }: LedgerState,
  { sources, amount_minor, currency }: Sourced,
): { legs: HoldLeg[]; covered: boolean } | Decision {
  if (new Set(sources).size !== sources.length) return reject('same-account');
  const legs: HoldLeg[] = [];
  let rest_minor = amount_minor;
  let covered = false;
  for (const [index, accountId] of sources.entries()) {
    const account = accounts.get(accountId);
    if (!account) return reject('unknown-account');
    if (account.currency !== currency) return reject('currency-mismatch');
    const free_minor = Math.max(0, available(account));
    const isLast = index === sources.length - 1;
    const part_minor = isLast ? rest_minor : Math.min(rest_minor, free_minor);
    if (isLast) covered = free_minor >= part_minor;
    if (part_minor > 0) legs.push({ accountId, amount_minor: part_minor });
    rest_minor -= part_minor;
  }
  return rest_minor === 0 ? { legs, covered } : reject('unknown-account');
}

/** Takes the hold, or a part of it, and gives the rest back. */
function capture(state: LedgerState, command: Extract<Command, { kind: 'capture' }>): Decision {
  const hold = state.holds.get(command.holdId);
  if (!hold) return reject('unknown-hold');
  if (hold.state !== 'standing') return reject('hold-resolved');
  const credit = state.accounts.get(command.creditAccountId);
  if (!credit) return reject('unknown-account');
  const transfers: NewTransfer[] = [];
  let rest_minor = command.amount_minor;
  for (const { accountId, amount_minor: held_minor } of hold.legs) {
    const debit = state.accounts.get(accountId);
    if (!debit) return reject('unknown-account');
    if (debit.id === credit.id) return reject('same-account');
    if (debit.currency !== credit.currency) return reject('currency-mismatch');
    const amount_minor = Math.min(rest_minor, held_minor);
    rest_minor -= amount_minor;
    if (amount_minor === 0) continue;
    const { currency } = debit;
    transfers.push({ debitAccountId: debit.id, creditAccountId: credit.id, amount_minor, currency });
  }
  if (rest_minor > 0) return reject('over-hold');
  const decision = moved(state, { transfers, heldChanges: givenBack(hold), belowFloor: false });
  return decision.kind === 'accepted' ? { ...decision, hold: { ...hold, state: 'captured' } } : decision;
}

function release(state: LedgerState, { holdId }: Extract<Command, { kind: 'release' }>): Decision {
  const hold = state.holds.get(holdId);
  if (!hold) return reject('unknown-hold');
  if (hold.state !== 'standing') return reject('hold-resolved');
  return {
    kind: 'accepted',
    transfers: [],
    hold: { ...hold, state: 'released' },
    balanceChanges: new Map(),
    heldChanges: givenBack(hold),
    belowFloor: false,
  };
}

const givenBack = ({ legs }: Hold): ReadonlyMap<string, number> =>
  new Map(legs.map(leg => [leg.accountId, -leg.amount_minor]));

/** Who received the money gives it back, as far as its floor lets it: a campus' account whatever it holds. */
function reverse(
  state: LedgerState,
  { transferIds, amount_minor }: Extract<Command, { kind: 'reverse' }>,
): Decision {
  if (new Set(transferIds).size !== transferIds.length) return reject('unknown-transfer');
  const transfers: NewTransfer[] = [];
  const given = new Map<string, number>();
  let rest_minor = amount_minor;
  for (const id of transferIds) {
    const original = state.transfers.get(id);
    if (!original) return reject('unknown-transfer');
    if (original.isReversal) return reject('is-reversal');
    const part_minor = Math.min(rest_minor, original.amount_minor - original.reversed_minor);
    rest_minor -= part_minor;
    if (part_minor === 0) continue;
    const { creditAccountId, debitAccountId, currency } = original;
    add(given, creditAccountId, part_minor);
    transfers.push({
      debitAccountId: creditAccountId,
      creditAccountId: debitAccountId,
      amount_minor: part_minor,
      currency,
      reverses: id,
    });
  }
  if (rest_minor > 0) return reject('over-reversed');
  for (const [id, sum_minor] of given) {
    const account = state.accounts.get(id);
    if (!account) return reject('unknown-account');
    if (available(account) < sum_minor) return reject('insufficient-funds');
  }
  return moved(state, { transfers, heldChanges: new Map(), belowFloor: false });
}

function moved(
  { accounts }: LedgerState,
  changes: Pick<Acceptance, 'transfers' | 'heldChanges' | 'belowFloor'>,
): Decision {
  const balanceChanges = new Map<string, number>();
  for (const { debitAccountId, creditAccountId, amount_minor } of changes.transfers) {
    add(balanceChanges, debitAccountId, -amount_minor);
    add(balanceChanges, creditAccountId, amount_minor);
  }
  for (const [id, change] of balanceChanges) {
    const account = accounts.get(id);
    if (!account) return reject('unknown-account');
    if (Math.abs(account.balance_minor + change) > largest_minor) return reject('out-of-range');
  }
  return { kind: 'accepted', ...changes, balanceChanges };
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

/** What a command may still take from an account. */
export function available(account: Account): number {
  if (account.floor_minor === null) return Number.POSITIVE_INFINITY;
  return account.balance_minor - account.held_minor - account.floor_minor;
}
