import type { MealEvent, TillSettings } from '../../protocol/index.js';
import type { Clock, Log, OrderRecord, Store } from '../contracts.js';
import type { Metrics } from '../metrics.js';
import type { DeclineReason, TillEffect } from './till-types.js';

export interface WritingNeeds {
  readonly store: Pick<Store, 'putOrder' | 'order' | 'confirmOrder'>;
  readonly settings: () => TillSettings | undefined;
  readonly clock: Pick<Clock, 'now_ms' | 'monotonic_ms'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A meal is on disk. */
  readonly onPaid?: (meal: MealEvent, displayName: string) => void;
}

type Effect<K extends TillEffect['kind']> = Extract<TillEffect, { kind: K }>;

export type Committed =
  /** `eventId` is not known when the disk alone can tell that it was written. */
  | { readonly kind: 'committed'; readonly paidAt: string; readonly eventId?: string }
  | { readonly kind: 'failed'; readonly reason: DeclineReason };

/** What the till puts on its disk: its order at every step, and the meal. */
export function createWriting({ store, settings, clock, log, metrics, onPaid }: WritingNeeds) {
  const recordOf = ({ order, state, personId }: Effect<'put-order'>): OrderRecord => {
    const { orderId, amount_minor } = order;
    const now = new Date(clock.now_ms()).toISOString();
    return {
      ...{ orderId, amount_minor, state },
      currency: settings()?.currency ?? 'CNY',
      ...(personId !== undefined && { personId }),
      createdAt: store.order(orderId)?.createdAt ?? now,
      updatedAt: now,
    };
  };
  const isConfirmed = (orderId: string): boolean => {
    try {
      return store.order(orderId)?.state === 'confirmed';
    } catch {
      return false;
    }
  };
  return {
    /** Whether the order is on disk. */
    put(effect: Effect<'put-order'>): boolean {
      try {
        store.putOrder(recordOf(effect));
        return true;
      } catch (error) {
        const { orderId } = effect.order;
        log.error({ error: String(error), orderId }, 'an order could not be written down');
        return false;
      }
    },
    commit({ order, diner, mode }: Effect<'commit'>): Committed {
      const { orderId, amount_minor, lines } = order;
      const { personId, credential, codeId, evidence } = diner;
      const rules = settings();
      if (!rules) return { kind: 'failed', reason: 'offline-limit' };
      const paidAt = new Date(clock.now_ms()).toISOString();
      const started_ms = clock.monotonic_ms();
      try {
        const meal: MealEvent = {
          ...{ kind: 'meal', orderId, tillId: rules.till.id, personId, amount_minor },
          ...{ currency: rules.currency, confirmedAt: paidAt, mode },
          ...(credential !== 'face' && { credential }),
          ...(codeId !== undefined && { codeId }),
          ...(evidence && { evidence }),
          ...(lines && { lines: [...lines] }),
        };
        const { id } = store.confirmOrder(orderId, meal);
        metrics.observe('commit', clock.monotonic_ms() - started_ms);
        onPaid?.(meal, diner.displayName);
        return { kind: 'committed', paidAt, eventId: id };
      } catch (error) {
        log.error({ error: String(error), orderId }, 'a confirmed order could not be written down');
        // A commit whose success could not be told may still have happened: the disk knows.
        return isConfirmed(orderId) ? { kind: 'committed', paidAt } : { kind: 'failed', reason: 'disk-full' };
      }
    },
  };
}
