import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Account,
  available,
  type Command,
  type Decision,
  decide,
  type Hold,
  type LedgerState,
  type ReversibleTransfer,
} from './kernel.js';
import { balanceOf, heldOn, type NaiveWorld, obey, reversedOf } from './naive.js';

const floors = new Map<string, number | null>([
  ['subsidy', 0],
  ['wallet', 0],
  ['overdrawn', -500],
  ['cash', null],
  ['revenue', null],
]);
const limited = [...floors].filter(([, floor]) => floor !== null).map(([id]) => id);

interface World {
  accounts: Map<string, Account>;
  holds: Map<string, Hold>;
  transfers: Map<string, ReversibleTransfer>;
}

function newWorld(): World {
  const account = ([id, floor_minor]: [string, number | null]): [string, Account] => [
    id,
    { id, currency: 'CNY', balance_minor: 0, held_minor: 0, floor_minor },
  ];
  return { accounts: new Map([...floors].map(account)), holds: new Map(), transfers: new Map() };
}

/** Carries a decision out, as the store does. */
function apply(world: World, command: Command): Decision {
  const decision = decide(world as LedgerState, command);
  if (decision.kind === 'rejected') return decision;
  for (const [id, account] of world.accounts) {
    const balance_minor = account.balance_minor + (decision.balanceChanges.get(id) ?? 0);
    const held_minor = account.held_minor + (decision.heldChanges.get(id) ?? 0);
    world.accounts.set(id, { ...account, balance_minor, held_minor });
  }
  if (decision.hold) world.holds.set(decision.hold.id, decision.hold);
  for (const transfer of decision.transfers) {
    const { reverses } = transfer;
    const id = `t${world.transfers.size}`;
    world.transfers.set(id, { id, ...transfer, reversed_minor: 0, isReversal: reverses !== undefined });
    const original = reverses === undefined ? undefined : world.transfers.get(reverses);
    if (!original) continue;
    const reversed_minor = original.reversed_minor + transfer.amount_minor;
    world.transfers.set(original.id, { ...original, reversed_minor });
  }
  return decision;
}

const account = fc.constantFrom(...floors.keys());
const sources = fc.oneof(
  fc.constant(['cash']),
  fc.constant(['subsidy', 'wallet']),
  fc.array(account, { minLength: 0, maxLength: 3 }),
);
const amount_minor = fc.integer({ min: -2, max: 2_000 });
const holdId = fc.integer({ min: 0, max: 12 }).map(n => `h${n}`);
const transferId = fc.integer({ min: 0, max: 20 }).map(n => `t${n}`);
const currency = fc.constant('CNY');
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('post' as const),
    sources,
    creditAccountId: account,
    amount_minor,
    currency,
    fact: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('hold' as const), holdId, sources, amount_minor, currency }),
  fc.record({ kind: fc.constant('capture' as const), holdId, creditAccountId: account, amount_minor }),
  fc.record({ kind: fc.constant('release' as const), holdId }),
  fc.record({
    kind: fc.constant('reverse' as const),
    transferIds: fc.array(transferId, { minLength: 1, maxLength: 3 }),
    amount_minor,
  }),
);

test('whatever is commanded, the kernel does what the naive model does, and no rule is ever broken', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 100 }), commands => {
      const world = newWorld();
      const naive: NaiveWorld = { floors, transfers: [], holds: new Map() };
      for (const one of commands) {
        const before = structuredClone(world);
        const decision = apply(world, one);
        expect(decision.kind).toBe(obey(naive, one) ? 'accepted' : 'rejected');
        if (decision.kind === 'rejected') expect(world).toEqual(before);
        expectLike(world, naive);
        expectSound(world);
        const isFact = one.kind === 'post' && one.fact;
        for (const id of limited) {
          const now = available(world.accounts.get(id)!);
          if (now < 0 && !isFact) expect(now).toBeGreaterThanOrEqual(available(before.accounts.get(id)!));
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('whatever is commanded, each hold is captured or released at most once, and takes no more than it held', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 100 }), commands => {
      const world = newWorld();
      const resolved = new Set<string>();
      for (const one of commands) {
        const before = one.kind === 'capture' ? world.holds.get(one.holdId) : undefined;
        const decision = apply(world, one);
        if (decision.kind === 'rejected' || (one.kind !== 'capture' && one.kind !== 'release')) continue;
        expect(resolved.has(one.holdId)).toBe(false);
        resolved.add(one.holdId);
        for (const { debitAccountId, amount_minor } of decision.transfers) {
          const leg = before?.legs.find(held => held.accountId === debitAccountId);
          expect(amount_minor).toBeLessThanOrEqual(leg?.amount_minor ?? 0);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('to decide changes nothing: the same command on the same state is decided alike however often', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), command, (commands, last) => {
      const world = newWorld();
      for (const one of commands) apply(world, one);
      const before = structuredClone(world);
      const first = decide(world, last);
      expect(decide(world, last)).toEqual(first);
      expect(world).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

function expectLike(world: World, naive: NaiveWorld): void {
  for (const [id, { balance_minor, held_minor }] of world.accounts) {
    expect([id, balance_minor, held_minor]).toEqual([id, balanceOf(naive, id), heldOn(naive, id)]);
  }
  expect(world.transfers.size).toBe(naive.transfers.length);
  for (const { id, from, to, amount } of naive.transfers) {
    expect(world.transfers.get(id)).toMatchObject({
      debitAccountId: from,
      creditAccountId: to,
      amount_minor: amount,
      reversed_minor: reversedOf(naive, id),
    });
  }
  expect([...world.holds].map(([id, hold]) => [id, hold.state])).toEqual(
    [...naive.holds].map(([id, hold]) => [id, hold.state]),
  );
}

function expectSound(world: World): void {
  const all = [...world.accounts.values()];
  expect(all.reduce((sum, { balance_minor }) => sum + balance_minor, 0)).toBe(0);
  for (const { held_minor } of all) expect(held_minor).toBeGreaterThanOrEqual(0);
  for (const { amount_minor, reversed_minor } of world.transfers.values()) {
    expect(amount_minor).toBeGreaterThan(0);
    expect(reversed_minor).toBeLessThanOrEqual(amount_minor);
  }
}

const post = (
  from: string | string[],
  creditAccountId: string,
  amount_minor: number,
  fact = false,
): Command => ({
  kind: 'post',
  sources: [from].flat(),
  creditAccountId,
  amount_minor,
  currency: 'CNY',
  fact,
});
const hold = (holdId: string, from: string[], amount_minor: number): Command => ({
  kind: 'hold',
  holdId,
  sources: from,
  amount_minor,
  currency: 'CNY',
});

test.each(['capture', 'release'] as const)('a hold is resolved at most once: nothing follows a %s', first => {
  for (const second of ['capture', 'release'] as const) {
    const world = newWorld();
    apply(world, post('cash', 'wallet', 1000));
    apply(world, hold('h', ['wallet'], 600));
    const resolve = (kind: 'capture' | 'release'): Command =>
      kind === 'capture'
        ? { kind, holdId: 'h', creditAccountId: 'revenue', amount_minor: 600 }
        : { kind, holdId: 'h' };
    expect(apply(world, resolve(first)).kind).toBe('accepted');
    expect(apply(world, resolve(second))).toEqual({ kind: 'rejected', reason: 'hold-resolved' });
  }
});

test('money that is held cannot be spent a second time', () => {
  const world = newWorld();
  apply(world, post('cash', 'wallet', 1000));
  apply(world, hold('h', ['wallet'], 600));
  expect(apply(world, post('wallet', 'revenue', 401))).toMatchObject({ reason: 'insufficient-funds' });
  expect(apply(world, post('wallet', 'revenue', 400)).kind).toBe('accepted');
});

test('what the subsidy cannot pay, the wallet pays; together they pay all or nothing', () => {
  const world = newWorld();
  apply(world, post('cash', 'subsidy', 300));
  apply(world, post('cash', 'wallet', 1000));
  expect(apply(world, hold('h', ['subsidy', 'wallet'], 1301))).toMatchObject({ kind: 'rejected' });
  expect(apply(world, hold('h', ['subsidy', 'wallet'], 500))).toMatchObject({
    hold: {
      legs: [
        { accountId: 'subsidy', amount_minor: 300 },
        { accountId: 'wallet', amount_minor: 200 },
      ],
    },
  });
  apply(world, { kind: 'capture', holdId: 'h', creditAccountId: 'revenue', amount_minor: 500 });
  expect(world.accounts.get('subsidy')?.balance_minor).toBe(0);
  expect(world.accounts.get('wallet')?.balance_minor).toBe(800);
  apply(world, { kind: 'reverse', transferIds: ['t3', 't2'], amount_minor: 250 });
  expect(world.accounts.get('wallet')?.balance_minor).toBe(1000);
  expect(world.accounts.get('subsidy')?.balance_minor).toBe(50);
});

test('an overdraft is spent down to its limit and no further', () => {
  const world = newWorld();
  expect(apply(world, post('overdrawn', 'revenue', 500)).kind).toBe('accepted');
  expect(apply(world, post('overdrawn', 'revenue', 1))).toMatchObject({ reason: 'insufficient-funds' });
});

test('a meal that was served is posted below the floor, and says so', () => {
  const world = newWorld();
  const decision = apply(world, post('wallet', 'revenue', 1250, true));
  expect(decision).toMatchObject({ kind: 'accepted', belowFloor: true });
  expect(world.accounts.get('wallet')?.balance_minor).toBe(-1250);
  expect(apply(world, post('cash', 'wallet', 2000, true))).toMatchObject({ belowFloor: false });
});

test.each([
  ['another currency', { ...post('cash', 'wallet', 5), currency: 'EUR' }, 'currency-mismatch'],
  ['an account that is not there', post('cash', 'nobody', 5), 'unknown-account'],
  ['a source that is not there', post('nobody', 'wallet', 5), 'unknown-account'],
  ['no source at all', post([], 'wallet', 5), 'unknown-account'],
  ['one account on both sides', post('wallet', 'wallet', 5), 'same-account'],
  ['one source twice', post(['cash', 'cash'], 'wallet', 5), 'same-account'],
  ['half a fen', post('cash', 'wallet', 0.5), 'amount-not-positive'],
  ['no number', post('cash', 'wallet', Number.NaN), 'amount-not-positive'],
  ['more than can be counted', post('cash', 'wallet', 2 ** 52), 'amount-not-positive'],
])('a posting with %s is rejected', (_, bad, reason) => {
  expect(decide(newWorld(), bad as Command)).toEqual({ kind: 'rejected', reason });
});

test('balances stop where doubles stop counting', () => {
  const world = newWorld();
  const most = Math.floor(Number.MAX_SAFE_INTEGER / 4);
  expect(apply(world, post('cash', 'wallet', most)).kind).toBe('accepted');
  expect(apply(world, post('cash', 'wallet', most))).toMatchObject({ reason: 'out-of-range' });
});

test('a reversal is not itself taken back', () => {
  const world = newWorld();
  apply(world, post('cash', 'wallet', 100));
  apply(world, { kind: 'reverse', transferIds: ['t0'], amount_minor: 100 });
  const again: Command = { kind: 'reverse', transferIds: ['t1'], amount_minor: 100 };
  expect(apply(world, again)).toMatchObject({ reason: 'is-reversal' });
});
