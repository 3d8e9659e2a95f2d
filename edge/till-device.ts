import {
  type DeviceKind,
  type DeviceSettings,
  hasNothingUnderWay,
  PorterError,
  type ScreenCommon,
  type TillScreen,
} from '../protocol/index.js';
import {
  type CashierNeeds,
  type Charge,
  type CounterNeeds,
  createCashier,
  createCounter,
  paymentErrors,
  pricesAt,
} from './payment/index.js';
import type { Receipts } from './printer/index.js';

export interface TillDeviceNeeds
  extends Omit<CounterNeeds, 'settings' | 'onPaid'>,
    Omit<CashierNeeds, 'settings' | 'gallery' | 'store' | 'sync' | 'clock' | 'policy' | 'isBusy'> {
  readonly store: CounterNeeds['store'] & CashierNeeds['store'];
  readonly kind: DeviceKind;
  readonly till: CashierNeeds['policy'];
  readonly settings: () => DeviceSettings | undefined;
  /** Prints what was paid; absent: no printer. */
  readonly receipts?: Receipts;
  /** Called whenever the screen may have changed. */
  readonly onChange: () => void;
}

/** A refused reading is told so long. */
const notice_ms = 6_000;

/** What a device is as a till: its counter and its cashier, as the screen shows them and the screen's buttons reach them. */
export function createTillDevice(needs: TillDeviceNeeds) {
  const { kind, clock, onChange } = needs;
  const rules = () => needs.settings()?.till;
  let notice: { readonly en: string; readonly zh: string; readonly until_ms: number } | undefined;

  const counter = createCounter({
    ...needs,
    settings: rules,
    onPaid({ orderId, amount_minor, currency, mode, confirmedAt, lines }, displayName) {
      const till = rules();
      needs.receipts?.print({
        campus: needs.settings()?.campus ?? '',
        ...{ till: till?.till.name ?? '', orderId, displayName },
        ...{ amount_minor, currency, mode, paidAt: confirmedAt, timeZone: till?.timeZone ?? 'UTC' },
        ...(lines && { lines }),
      });
    },
  });
  const cashier = createCashier({
    ...needs,
    settings: rules,
    policy: needs.till,
    isBusy: () => !hasNothingUnderWay(counter.phase()),
  });
  const requireTill = (): void => {
    if (kind !== 'till') throw paymentErrors.not_a_till();
  };
  /** What somebody does at the till's screen. */
  const act = <T>(work: () => T): T => {
    requireTill();
    const result = work();
    onChange();
    return result;
  };
  const actLater = async (work: () => Promise<void>): Promise<void> => {
    requireTill();
    await work();
    onChange();
  };

  /** All throw `not_a_till` at a gate, besides the errors named. */
  const actions = {
    /** @throws the errors of Counter.start, shift_required */
    startOrder: (charge: string | Charge): { orderId: string } =>
      act(() => {
        cashier.requireShift();
        return counter.start(charge);
      }),
    /** @throws the errors of Counter.confirmWithPin */
    confirmOrder: (orderId: string, amount_minor: number, pin?: string): Promise<void> =>
      actLater(() => counter.confirmWithPin(orderId, amount_minor, pin)),
    /** @throws the errors of Counter.tellApart */
    tellApart: (orderId: string, digits: string) => act(() => counter.tellApart(orderId, digits)),
    /** @throws the errors of Counter.present */
    presentCredential: (text: string) => act(() => counter.present(text)),
    /** @throws the errors of Counter.presentNumber */
    presentNumber: (orderId: string, studentNumber: string, pin: string): Promise<void> =>
      actLater(() => counter.presentNumber(orderId, studentNumber, pin)),
    /** @throws the errors of Counter.cancel */
    cancelOrder: (orderId: string) => act(() => counter.cancel(orderId)),
    /** @throws the errors of Cashier.open */
    openShift: (name: string, pin?: string): Promise<void> => actLater(() => cashier.open(name, pin)),
    /** @throws the errors of Cashier.close */
    closeShift: () => act(() => void cashier.close()),
    /** @throws the errors of Cashier.refund */
    refundMeal: (orderId: string) => act(() => cashier.refund(orderId)),
    /** What a reader of the device's own gave: the screen tells why it is refused. */
    readerGave(text: string): void {
      notice = undefined;
      try {
        counter.present(text);
      } catch (error) {
        if (!(error instanceof PorterError)) throw error;
        const until_ms = clock.monotonic_ms() + notice_ms;
        notice = { en: error.messageIn('en'), zh: error.messageIn('zh'), until_ms };
      }
      onChange();
    },
  };
  return {
    actions,
    ...{ seen: counter.seen, tick: counter.tick, recover: counter.recover },
    get crowded() {
      return counter.crowded;
    },
    /** What only a till's screen shows. */
    screen(): Omit<TillScreen, keyof ScreenCommon | 'kind'> {
      const till = rules();
      const { currency = 'CNY', perMealLimit_minor = 0, pricing } = till ?? {};
      const prices = till && pricing && pricesAt(pricing, till.timeZone, clock.now_ms());
      const told = notice && clock.monotonic_ms() < notice.until_ms ? notice : undefined;
      return {
        ...{ currency, perMealLimit_minor },
        ...(prices && { prices }),
        ...(told && { notice: { en: told.en, zh: told.zh } }),
        ...(needs.receipts && { printer: needs.receipts.state }),
        ...{ book: cashier.book(), phase: counter.phase() },
      };
    },
  };
}
