import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Account,
  available,
  type Command,
  decide,
  type Hold,
  type LedgerState,
  type ReversibleTransfer,
} from './kernel.js';

const wallets = ['w1', 'w2', 'w3'];
const accounts = [...wallets, 'cash', 'revenue'];

interface World {
  accounts: Map<string, Account>;
  holds: Map<string, Hold>;
  transfers: Map<string, ReversibleTransfer>;
}

function newWorld(): World {
  const account = (id: string): Account => ({
    id,
    currency: 'CNY',
    balance_minor: 0,
    held_minor: 0,
    floor_minor: wallets.includes(id) ? (id === 'w3' ? -500 : 0) : null,
  });
  return { accounts: new Map(accounts.map(id => [id, account(id)])), holds: new Map(), transfers: new Map() };
}

/** Carries a decision out, as the store does. */
function apply(world: World, command: Command): ReturnType<typeof decide> {
  const decision = decide(world as LedgerState, command);
  if (decision.kind === 'rejected') return decision;
  for (const [id, change] of decision.balanceChanges) {
    const account = world.accounts.get(id)!;
    world.accounts.set(id, { ...account, balance_minor: account.balance_minor + change });
  }
  for (const [id, change] of decision.heldChanges) {
    const account = world.accounts.get(id)!;
    world.accounts.set(id, { ...account, held_minor: account.held_minor + change });
  }
  if (decision.hold) world.holds.set(decision.hold.id, decision.hold);
  if (decision.transfer) {
    const { reverses } = decision.transfer;
    const id = `t${world.transfers.size}`;
    world.transfers.set(id, { id, ...decision.transfer, reversed_minor: 0 });
    const original = reverses === undefined ? undefined : world.transfers.get(reverses);
    if (original) {
      const reversed_minor = original.reversed_minor + decision.transfer.amount_minor;
      world.transfers.set(original.id, { ...original, reversed_minor });
    }
  }
  return decision;
}

const account = fc.constantFrom(...accounts);
const amount = fc.integer({ min: -2, max: 2_000 });
const holdId = fc.integer({ min: 0, max: 12 }).map(n => `h${n}`);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('post' as const),
    debitAccountId: fc.oneof(fc.constant('cash'), account),
    creditAccountId: account,
    amount_minor: amount,
    currency: fc.constantFrom('CNY', 'CNY', 'CNY', 'EUR'),
    fact: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('hold' as const),
    holdId,
    accountId: fc.constantFrom(...wallets),
    amount_minor: amount,
    currency: fc.constant('CNY'),
  }),
  fc.record({
    kind: fc.constant('capture' as const),
    holdId,
    creditAccountId: fc.constantFrom('revenue', 'w1'),
    amount_minor: amount,
  }),
  fc.record({ kind: fc.constant('release' as const), holdId }),
  fc.record({
    kind: fc.constant('reverse' as const),
    transferId: fc.integer({ min: 0, max: 20 }).map(n => `t${n}`),
    amount_minor: amount,
  }),
);

test('whatever is commanded: money is conserved, holds add up, floors hold, and balances follow from the transfers', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120 }), commands => {
      const world = newWorld();
      for (const one of commands) {
        const before = structuredClone(world.accounts);
        const decision = apply(world, one);
        const all = [...world.accounts.values()];
        expect(all.reduce((sum, { balance_minor }) => sum + balance_minor, 0)).toBe(0);
        for (const { id, balance_minor, held_minor } of all) {
          const transfers = [...world.transfers.values()];
          const credits = transfers
            .filter(t => t.creditAccountId === id)
            .reduce((sum, t) => sum + t.amount_minor, 0);
          const debits = transfers
            .filter(t => t.debitAccountId === id)
            .reduce((sum, t) => sum + t.amount_minor, 0);
          expect(balance_minor).toBe(credits - debits);
          const standing = [...world.holds.values()].filter(
            h => h.accountId === id && h.state === 'standing',
          );
          expect(held_minor).toBe(standing.reduce((sum, h) => sum + h.amount_minor, 0));
        }
        for (const transfer of world.transfers.values()) {
          expect(transfer.amount_minor).toBeGreaterThan(0);
          expect(transfer.reversed_minor).toBeLessThanOrEqual(transfer.amount_minor);
        }
        if (decision.kind === 'rejected') expect(world.accounts).toEqual(before);
        const isFact = one.kind === 'post' && one.fact;
        for (const wallet of wallets) {
          const now = available(world.accounts.get(wallet)!);
          if (now < 0 && !isFact) expect(now).toBeGreaterThanOrEqual(available(before.get(wallet)!));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a hold is resolved at most once, by capture or by release', () => {
  for (const first of ['capture', 'release'] as const) {
    for (const second of ['capture', 'release'] as const) {
      const world = newWorld();
      apply(world, {
        kind: 'post',
        debitAccountId: 'cash',
        creditAccountId: 'w1',
        amount_minor: 1000,
        currency: 'CNY',
        fact: false,
      });
      apply(world, { kind: 'hold', holdId: 'h', accountId: 'w1', amount_minor: 600, currency: 'CNY' });
      const resolve = (kind: 'capture' | 'release'): Command =>
        kind === 'capture'
          ? { kind, holdId: 'h', creditAccountId: 'revenue', amount_minor: 600 }
          : { kind, holdId: 'h' };
      expect(apply(world, resolve(first)).kind).toBe('accepted');
      expect(apply(world, resolve(second))).toEqual({ kind: 'rejected', reason: 'hold-resolved' });
    }
  }
});

test('money that is held cannot be spent a second time', () => {
  const world = newWorld();
  const spend = (amount_minor: number): Command => ({
    kind: 'post',
    debitAccountId: 'w1',
    creditAccountId: 'revenue',
    amount_minor,
    currency: 'CNY',
    fact: false,
  });
  apply(world, { ...spend(1000), debitAccountId: 'cash', creditAccountId: 'w1' } as Command);
  apply(world, { kind: 'hold', holdId: 'h', accountId: 'w1', amount_minor: 600, currency: 'CNY' });
  expect(apply(world, spend(401))).toEqual({ kind: 'rejected', reason: 'insufficient-funds' });
  expect(apply(world, spend(400)).kind).toBe('accepted');
});

test('a meal that was served is posted below the floor, and says so', () => {
  const world = newWorld();
  const decision = apply(world, {
    kind: 'post',
    debitAccountId: 'w1',
    creditAccountId: 'revenue',
    amount_minor: 1250,
    currency: 'CNY',
    fact: true,
  });
  expect(decision).toMatchObject({ kind: 'accepted', transfer: { flagged: true } });
  expect(world.accounts.get('w1')?.balance_minor).toBe(-1250);
});
