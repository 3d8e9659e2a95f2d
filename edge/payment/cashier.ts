import type { CashierBook, RefundableMeal, ShiftTotals, TillSettings } from '../../protocol/index.js';
import type { Clock, Gallery, ServedMeal, ShiftSummary, Store, Sync } from '../contracts.js';
import { paymentErrors } from './errors.js';
import { createPins } from './pins.js';

export interface CashierPolicy {
  /** Without an open shift nothing is charged. */
  readonly requireShift: boolean;
  /** A meal may be given back at the till for so long after it was paid. */
  readonly refundWindow_min: number;
}

export interface CashierNeeds {
  readonly store: Pick<
    Store,
    | 'wrongPins'
    | 'noteWrongPins'
    | 'shift'
    | 'openShift'
    | 'closeShift'
    | 'served'
    | 'recentlyServed'
    | 'refundMeal'
    | 'outbox'
  >;
  readonly gallery: Pick<Gallery, 'person'>;
  readonly sync: Pick<Sync, 'wake'>;
  readonly settings: () => TillSettings | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly policy: CashierPolicy;
  /** An order is between its amount and its outcome. */
  readonly isBusy: () => boolean;
}

/** Meals that the screen lists. */
const mostListed = 30;
const longestName = 60;
/** Meals leave the list when their time is over, at the latest so much after. */
const refresh_ms = 5_000;

/** What a cashier does besides charging: begins and ends the shift, and gives a meal back. */
export function createCashier(needs: CashierNeeds) {
  const { store, gallery, sync, settings, clock, newId, policy, isBusy } = needs;
  const now = (): string => new Date(clock.now_ms()).toISOString();
  const rules = (): TillSettings => {
    const known = settings();
    if (!known) throw paymentErrors.not_set_up();
    return known;
  };
  const pins = createPins({
    ...{ store, clock },
    verifierOf: id => settings()?.cashiers?.find(one => one.cashierId === id)?.pin,
  });
  const window_ms = policy.refundWindow_min * 60_000;
  /** The last shift that was closed here since the start, for the screen. */
  let lastShift: ShiftTotals | undefined;
  let shown: { readonly key: string; readonly book: CashierBook } | undefined;
  /** Shifts opened since the start: what changes the book without an event. */
  let opened = 0;

  /** A clock that was set back must not make a meal of later refundable for longer. */
  const inWindow = (meal: ServedMeal): boolean =>
    Math.abs(clock.now_ms() - Date.parse(meal.paidAt)) <= window_ms;

  const checkPin = async (name: string, pin: string | undefined): Promise<void> => {
    const known = settings()?.cashiers;
    if (!known) return;
    const found = known.find(one => one.name === name);
    if (!found) throw paymentErrors.cashier_unknown();
    if (!pin) throw paymentErrors.cashier_pin_required();
    await pins.check(found.cashierId, pin);
  };

  return {
    /** @throws shift_required */
    requireShift(): void {
      if (policy.requireShift && !store.shift()) throw paymentErrors.shift_required();
    },
    /**
     * Where the canteen has cashiers of its own, only they open a shift, by their PIN; elsewhere whoever gives a name.
     * @throws cashier_missing, cashier_unknown, cashier_pin_required, shift_open, disk_full, and those of Pins
     */
    async open(cashier: string, pin?: string): Promise<void> {
      const name = cashier.normalize('NFKC').trim();
      if (name === '' || name.length > longestName)
        throw paymentErrors.cashier_missing({ longest: longestName });
      await checkPin(name, pin);
      store.openShift({ shiftId: newId(), cashier: name, openedAt: now() });
      lastShift = undefined;
      opened++;
    },
    /** @throws no_shift, order_in_progress, not_set_up, disk_full */
    close(): ShiftTotals {
      const { till, currency } = rules();
      if (isBusy()) throw paymentErrors.order_in_progress();
      const closed = store.closeShift({ tillId: till.id, currency, closedAt: now() });
      sync.wake();
      lastShift = { ...totalsOf(closed), closedAt: closed.closedAt };
      return lastShift;
    },
    /**
     * Gives a whole meal back, once: on disk when this returns, at central when it next hears of this till.
     * @throws shift_required where the canteen has cashiers of its own, meal_unknown, refund_too_late, already_refunded, not_set_up, disk_full
     */
    refund(orderId: string): void {
      const { till, cashiers } = rules();
      if (cashiers && !store.shift()) throw paymentErrors.shift_required();
      const meal = store.served(orderId);
      if (meal && !inWindow(meal)) throw paymentErrors.refund_too_late({ minutes: policy.refundWindow_min });
      store.refundMeal(orderId, { tillId: till.id, refundedAt: now() });
      sync.wake();
    },
    /** What the screen shows of shift and meals. Asked with every frame, read from the disk when something may have changed. */
    book(): CashierBook {
      const key = [store.outbox.lastSequence(), opened, Math.floor(clock.now_ms() / refresh_ms)].join();
      if (shown?.key !== key) shown = { key, book: readBook() };
      return shown.book;
    },
  };

  function readBook(): CashierBook {
    const shift = store.shift();
    const cashiers = settings()?.cashiers;
    const since = new Date(clock.now_ms() - window_ms).toISOString();
    const meals = store.recentlyServed(since, mostListed).filter(inWindow);
    return {
      requireShift: policy.requireShift,
      refundWindow_min: policy.refundWindow_min,
      ...(cashiers && { cashiers: cashiers.map(one => one.name) }),
      ...(shift && { shift: totalsOf(shift) }),
      ...(lastShift && { lastShift }),
      meals: meals.map(
        (meal): RefundableMeal => ({
          orderId: meal.orderId,
          amount_minor: meal.amount_minor,
          displayName: gallery.person(meal.personId)?.displayName ?? '—',
          mode: meal.mode,
          paidAt: meal.paidAt,
          refunded: meal.refundedAt !== undefined,
        }),
      ),
    };
  }
}

export type Cashier = ReturnType<typeof createCashier>;

function totalsOf({
  cashier,
  openedAt,
  meals,
  offline,
  refunds,
}: Omit<ShiftSummary, 'shiftId'>): ShiftTotals {
  return { cashier, openedAt, meals, offline, refunds };
}
