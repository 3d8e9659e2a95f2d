import type Database from 'better-sqlite3';
import type { Witnessed } from './auditor.js';
import type { TransferRow } from './books.js';

type Meals = ReadonlyMap<string, readonly TransferRow[]>;

/** A meal goes back once: by the desk, in parts or whole, or whole by the cashier where the desk gave nothing. */
export function checkRefunds(
  rows: readonly TransferRow[],
  { confirmed, refunds, givenBack }: Witnessed,
): { problems: string[]; backOf(orderId: string): number } {
  const posted = new Map<string, number>();
  for (const { kind, order_id, amount_minor } of rows)
    if (kind === 'refund') posted.set(order_id ?? '', (posted.get(order_id ?? '') ?? 0) + amount_minor);
  const allowed = (orderId: string): number[] => {
    const byDesk_minor = refunds.get(orderId) ?? 0;
    if (byDesk_minor > 0) return [byDesk_minor];
    const whole_minor = confirmed.get(orderId)?.amount_minor ?? 0;
    const byCashier = givenBack.get(orderId);
    return byCashier === 'surely' ? [whole_minor] : byCashier === 'perhaps' ? [0, whole_minor] : [0];
  };
  const problems = [...new Set([...posted.keys(), ...refunds.keys(), ...givenBack.keys()])].flatMap(id => {
    const found_minor = posted.get(id) ?? 0;
    const right = allowed(id);
    return right.includes(found_minor)
      ? []
      : [`order ${id} got ${found_minor} back, and should have got ${right.join(' or ')}`];
  });
  return { problems, backOf: orderId => posted.get(orderId) ?? 0 };
}

/** What a till told of its shifts is what its screen showed, and names each of its meals in one shift. */
export function checkShifts(db: Database.Database, meals: Meals, { confirmed, shifts }: Witnessed): string[] {
  const problems: string[] = [];
  const rows = db.prepare('select till_id, cashier, reported, orders from shift_report').all() as {
    till_id: string;
    cashier: string;
    reported: string;
    orders: string;
  }[];
  const shiftOf = new Map<string, string>();
  for (const row of rows) {
    const orders = JSON.parse(row.orders) as { orderId: string; amount_minor: number }[];
    for (const { orderId, amount_minor } of orders) {
      if (shiftOf.has(orderId)) problems.push(`order ${orderId} is in two shifts`);
      shiftOf.set(orderId, `${row.till_id} ${row.cashier}`);
      const posted_minor = (meals.get(orderId) ?? []).reduce((sum, leg) => sum + leg.amount_minor, 0);
      if (posted_minor !== amount_minor)
        problems.push(`order ${orderId} is in a shift with ${amount_minor} and posted with ${posted_minor}`);
    }
  }
  for (const { tillId, cashier, shown } of shifts) {
    const row = rows.find(one => one.till_id === tillId && one.cashier === cashier);
    const told = row && (JSON.parse(row.reported) as { meals: typeof shown }).meals;
    if (told?.count !== shown.count || told.sum_minor !== shown.sum_minor)
      problems.push(
        `the shift of ${cashier} was closed with ${shown.sum_minor}, and told as ${told?.sum_minor}`,
      );
  }
  const reported = new Set(rows.map(row => `${row.till_id} ${row.cashier}`));
  for (const { orderId, tillId, cashier } of confirmed.values()) {
    const shift = `${tillId} ${cashier}`;
    if (cashier !== undefined && reported.has(shift) && shiftOf.get(orderId) !== shift)
      problems.push(`order ${orderId} was paid in the shift of ${cashier} and is not in it`);
  }
  return problems;
}

/** A code pays once. Tills that do not hear of each other may both take it; then all meals but one are marked. */
export function checkCodes(meals: Meals, { confirmed }: Witnessed): string[] {
  const byCode = new Map<string, string[]>();
  for (const orderId of meals.keys()) {
    const codeId = confirmed.get(orderId)?.codeId;
    if (codeId !== undefined) byCode.set(codeId, [...(byCode.get(codeId) ?? []), orderId]);
  }
  return [...byCode].flatMap(([codeId, orderIds]) => {
    const orders = orderIds.flatMap(id => confirmed.get(id) ?? []);
    const unmarked = orderIds.filter(id => meals.get(id)?.every(leg => leg.flag === null));
    const tills = new Set(orders.map(order => order.tillId));
    return [
      ...(tills.size < orders.length ? [`code ${codeId} paid twice at one till`] : []),
      ...(unmarked.length > 1 ? [`code ${codeId} paid ${unmarked.length} meals that are not marked`] : []),
      ...(orders.filter(order => order.mode === 'online').length > 1
        ? [`code ${codeId} paid two meals of which central was asked`]
        : []),
    ];
  });
}
