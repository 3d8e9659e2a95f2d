/**
 * For tests alone: the ledger's rules once more, from nothing but the lists of what happened. Every sum is taken anew from
 * the lists, nothing is kept; slow, and as plain as the rules are in words.
 */
import type { Command, HoldLeg } from './kernel.js';

export interface NaiveTransfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly reverses?: string;
}

export interface NaiveWorld {
  readonly floors: ReadonlyMap<string, number | null>;
  readonly transfers: NaiveTransfer[];
  readonly holds: Map<string, { legs: readonly HoldLeg[]; state: string }>;
}

export const balanceOf = ({ transfers }: NaiveWorld, account: string): number =>
  sum(transfers.filter(one => one.to === account)) - sum(transfers.filter(one => one.from === account));

export const heldOn = ({ holds }: NaiveWorld, account: string): number =>
  [...holds.values()]
    .filter(hold => hold.state === 'standing')
    .flatMap(hold => hold.legs)
    .filter(leg => leg.accountId === account)
    .reduce((total, leg) => total + leg.amount_minor, 0);

export const reversedOf = ({ transfers }: NaiveWorld, id: string): number =>
  sum(transfers.filter(one => one.reverses === id));

export function freeOf(world: NaiveWorld, account: string): number {
  const floor = world.floors.get(account);
  if (floor === undefined) return Number.NaN;
  return floor === null
    ? Number.POSITIVE_INFINITY
    : balanceOf(world, account) - heldOn(world, account) - floor;
}

const sum = (transfers: readonly NaiveTransfer[]): number =>
  transfers.reduce((total, one) => total + one.amount, 0);

/** Carries the command out if it may be; tells whether it was. All accounts are of one currency. */
export function obey(world: NaiveWorld, command: Command): boolean {
  if ('amount_minor' in command && !(command.amount_minor > 0)) return false;
  switch (command.kind) {
    case 'post': {
      const { sources, creditAccountId, fact } = command;
      if (sources.includes(creditAccountId)) return false;
      const parts = spread(world, sources, command.amount_minor, fact);
      if (!parts) return false;
      for (const [from, amount] of parts) give(world, from, creditAccountId, amount);
      return true;
    }
    case 'hold': {
      if (world.holds.has(command.holdId)) return false;
      const parts = spread(world, command.sources, command.amount_minor, false);
      if (!parts) return false;
      const legs = parts.map(([accountId, amount_minor]) => ({ accountId, amount_minor }));
      world.holds.set(command.holdId, { legs, state: 'standing' });
      return true;
    }
    case 'capture': {
      const hold = world.holds.get(command.holdId);
      if (hold?.state !== 'standing') return false;
      if (hold.legs.some(leg => leg.accountId === command.creditAccountId)) return false;
      let rest = command.amount_minor;
      if (rest > hold.legs.reduce((total, leg) => total + leg.amount_minor, 0)) return false;
      hold.state = 'captured';
      for (const leg of hold.legs) {
        const amount = Math.min(rest, leg.amount_minor);
        rest -= amount;
        if (amount > 0) give(world, leg.accountId, command.creditAccountId, amount);
      }
      return true;
    }
    case 'release': {
      const hold = world.holds.get(command.holdId);
      if (hold?.state !== 'standing') return false;
      hold.state = 'released';
      return true;
    }
    case 'reverse':
      return takeBack(world, command.transferIds, command.amount_minor);
  }
}

function spread(
  world: NaiveWorld,
  sources: readonly string[],
  amount: number,
  fact: boolean,
): [string, number][] | undefined {
  if (new Set(sources).size < sources.length || sources.length === 0) return undefined;
  const parts: [string, number][] = [];
  let rest = amount;
  for (const source of sources.slice(0, -1)) {
    const part = Math.min(rest, Math.max(0, freeOf(world, source)));
    if (part > 0) parts.push([source, part]);
    rest -= part;
  }
  const last = sources[sources.length - 1] as string;
  if (rest > Math.max(0, freeOf(world, last)) && !fact) return undefined;
  if (rest > 0) parts.push([last, rest]);
  return parts;
}

function takeBack(world: NaiveWorld, ids: readonly string[], amount: number): boolean {
  if (new Set(ids).size < ids.length) return false;
  const back: NaiveTransfer[] = [];
  let rest = amount;
  for (const id of ids) {
    const original = world.transfers.find(one => one.id === id);
    if (!original || original.reverses !== undefined) return false;
    const part = Math.min(rest, original.amount - reversedOf(world, id));
    rest -= part;
    if (part > 0) back.push({ id: '', from: original.to, to: original.from, amount: part, reverses: id });
  }
  if (rest > 0) return false;
  for (const giver of new Set(back.map(one => one.from))) {
    if (sum(back.filter(one => one.from === giver)) > freeOf(world, giver)) return false;
  }
  for (const one of back) give(world, one.from, one.to, one.amount, one.reverses);
  return true;
}

function give(world: NaiveWorld, from: string, to: string, amount: number, reverses?: string): void {
  const id = `t${world.transfers.length}`;
  world.transfers.push({ id, from, to, amount, ...(reverses === undefined ? {} : { reverses }) });
}
