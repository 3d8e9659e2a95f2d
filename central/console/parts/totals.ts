import type { Transfer, TransferKind } from '../../../protocol/staff/index.js';

export interface Total {
  readonly kind: TransferKind;
  readonly currency: string;
  readonly count: number;
  readonly total_minor: number;
}

/** In the order in which they are listed. */
export const transferKinds: readonly TransferKind[] = ['meal', 'top-up', 'refund', 'subsidy', 'expiry'];

const taken: ReadonlySet<TransferKind> = new Set(['meal', 'expiry']);

/** The amount as the person sees it: below zero when it was taken from them. */
export function seenByPerson_minor({ kind, amount_minor }: Pick<Transfer, 'kind' | 'amount_minor'>): number {
  return taken.has(kind) ? -amount_minor : amount_minor;
}

/** How many transfers there are of each kind, and what they amount to; currencies are never added up. */
export function totalsOf(transfers: readonly Transfer[]): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const { kind, currency, amount_minor } of transfers) {
    const key = `${kind} ${currency}`;
    const { count, total_minor } = totals.get(key) ?? { count: 0, total_minor: 0 };
    totals.set(key, { kind, currency, count: count + 1, total_minor: total_minor + amount_minor });
  }
  return [...totals.values()].sort((a, b) => transferKinds.indexOf(a.kind) - transferKinds.indexOf(b.kind));
}
