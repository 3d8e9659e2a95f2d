import type Database from 'better-sqlite3';
import type { Confirmed, Witnessed } from './auditor.js';
import type { Campus } from './campus.js';
import { checkCodes, checkRefunds, checkShifts } from './tills-books.js';

export interface TransferRow {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly amount_minor: number;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly person_id: string | null;
  readonly till_id: string | null;
  readonly order_id: string | null;
  readonly flag: string | null;
}

/** A hold stands for ten minutes; a meal that comes later is posted as it is. */
const holdStands_ms = 10 * 60_000;

/** Compares central's books with the auditor's, once everything has been delivered. Gives what does not agree. */
export function compareBooks(db: Database.Database, auditor: Witnessed, campus: Campus): string[] {
  const problems: string[] = [];
  const rows = db.prepare('select * from transfer').all() as TransferRow[];
  const meals = new Map<string, TransferRow[]>();
  for (const row of rows) {
    if (row.kind !== 'meal') continue;
    const orderId = row.order_id ?? '';
    meals.set(orderId, [...(meals.get(orderId) ?? []), row]);
  }
  for (const [orderId, legs] of meals) problems.push(...checkMeal(orderId, legs, auditor));
  for (const [orderId, order] of auditor.confirmed) {
    if (order.outcome === 'paid' && !meals.has(orderId))
      problems.push(`order ${orderId} of ${order.amount_minor} was served and not posted`);
  }
  problems.push(...checkCodes(meals, auditor), ...checkShifts(db, meals, auditor));
  const refunds = checkRefunds(rows, auditor);
  problems.push(...refunds.problems);
  const spent = new Map<string, Confirmed[]>();
  for (const orderId of meals.keys()) {
    const order = auditor.confirmed.get(orderId);
    if (order) spent.set(order.personId, [...(spent.get(order.personId) ?? []), order]);
  }
  for (const person of campus.people) {
    const orders = spent.get(person.id) ?? [];
    const back_minor = sumOf(orders.map(one => refunds.backOf(one.orderId)));
    const expected_minor =
      person.money_minor +
      (auditor.given.get(person.id) ?? 0) +
      back_minor -
      sumOf(orders.map(one => one.amount_minor));
    const { found_minor } = db
      .prepare('select coalesce(sum(balance_minor), 0) as found_minor from account where person_id = ?')
      .get(person.id) as { found_minor: number };
    if (found_minor !== expected_minor)
      problems.push(`${person.shownName} has ${found_minor}, and should have ${expected_minor}`);
    problems.push(...checkLoss(person.shownName, expected_minor, orders, meals, campus));
  }
  problems.push(...checkSums(db, rows));
  return problems;
}

function checkMeal(orderId: string, legs: readonly TransferRow[], auditor: Witnessed): string[] {
  const order = auditor.confirmed.get(orderId);
  if (!order) return [`order ${orderId} is posted and nobody confirmed it`];
  const problems: string[] = [];
  if (order.outcome === 'refused') problems.push(`order ${orderId} is posted and the screen refused it`);
  const posted_minor = sumOf(legs.map(leg => leg.amount_minor));
  if (posted_minor !== order.amount_minor)
    problems.push(`order ${orderId} of ${order.amount_minor} is posted with ${posted_minor}`);
  for (const leg of legs) {
    if (leg.person_id !== order.personId) problems.push(`order ${orderId} is posted for another person`);
    if (leg.till_id !== order.tillId) problems.push(`order ${orderId} is posted for another till`);
  }
  const sources = legs.map(leg => leg.debit_account_id);
  if (new Set(sources).size < sources.length)
    problems.push(`order ${orderId} is taken twice from one account`);
  return problems;
}

/** Below zero goes only who was served without central, or whose hold was over before the meal came. */
function checkLoss(
  name: string,
  balance_minor: number,
  orders: readonly Confirmed[],
  meals: ReadonlyMap<string, readonly TransferRow[]>,
  campus: Campus,
): string[] {
  if (balance_minor >= 0) return [];
  const atRisk = orders.filter(order => {
    const posted_ms = Date.parse(meals.get(order.orderId)?.[0]?.at ?? '') - campus.start_ms;
    return order.mode !== 'online' || posted_ms - order.at_ms > holdStands_ms - 60_000;
  });
  const bound_minor = sumOf(atRisk.map(order => order.amount_minor));
  return -balance_minor > bound_minor
    ? [`${name} is ${-balance_minor} below zero, with ${bound_minor} served at risk`]
    : [];
}

/** Every kept balance is the sum of its transfers, and what is held is what stands. */
function checkSums(db: Database.Database, rows: readonly TransferRow[]): string[] {
  const problems: string[] = [];
  const sums = new Map<string, number>();
  for (const { debit_account_id, credit_account_id, amount_minor } of rows) {
    sums.set(debit_account_id, (sums.get(debit_account_id) ?? 0) - amount_minor);
    sums.set(credit_account_id, (sums.get(credit_account_id) ?? 0) + amount_minor);
  }
  const accounts = db.prepare('select * from account where floor_minor is not null').all() as {
    id: string;
    key: string;
    balance_minor: number;
    held_minor: number;
  }[];
  const holds = db.prepare("select legs from hold where state = 'standing'").all() as { legs: string }[];
  const held = new Map<string, number>();
  for (const { legs } of holds) {
    for (const leg of JSON.parse(legs) as { accountId: string; amount_minor: number }[])
      held.set(leg.accountId, (held.get(leg.accountId) ?? 0) + leg.amount_minor);
  }
  for (const { id, key, balance_minor, held_minor } of accounts) {
    if (balance_minor !== (sums.get(id) ?? 0)) problems.push(`${key} does not hold what its transfers give`);
    if (held_minor !== (held.get(id) ?? 0)) problems.push(`${key} does not hold back what its holds say`);
  }
  if (sumOf([...sums.values()]) !== 0) problems.push('money came out of nothing');
  return problems;
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
