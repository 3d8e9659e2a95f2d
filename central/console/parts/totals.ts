import type { Transfer, TransferKind } from '../../../protocol/staff/index.js';

export interface Total {
  readonly kind: TransferKind;
  readonly currency: string;
  readonly count: number;
  readonly total_minor: number;
}

const order: readonly TransferKind[] = ['meal', 'top-up', 'refund'];

/** How many transfers there are of each kind, and what they amount to; currencies are never added up. */
export function totalsOf(transfers: readonly Transfer[]): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const { kind, currency, amount_minor } of transfers) {
    const key = `${kind} ${currency}`;
    const { count, total_minor } = totals.get(key) ?? { count: 0, total_minor: 0 };
    totals.set(key, { kind, currency, count: count + 1, total_minor: total_minor + amount_minor });
  }
  return [...totals.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
