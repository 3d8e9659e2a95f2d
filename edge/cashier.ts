import { formatAmount, parseAmount, type TillScreen, type TillSettings } from '../protocol/index.js';
import type { Clock, Gallery, Log, Store, Sync } from './contracts.js';
import type { Metrics } from './metrics.js';
import {
  type Diner,
  decideTill,
  paymentErrors,
  phaseOf,
  refuseOffline,
  type TillEffect,
  type TillInput,
  type TillState,
} from './payment/index.js';
import { storeErrors } from './store/index.js';
import type { Verdict } from './vision/index.js';

/** Longer than this, and the till goes on without central. */
const authorise_timeout_ms = 1_000;
const release_timeout_ms = 10_000;
/** How long the receipt waits for the balance that central tells. */
const settle_timeout_ms = 20_000;

export interface CashierNeeds {
  readonly gallery: Gallery;
  readonly store: Store;
  readonly sync: Sync;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  /** Since central was last heard, ms; undefined: never since the start. */
  readonly offlineFor_ms: () => number | undefined;
  readonly newId: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onChange: () => void;
}

/** Runs the till's machine: carries its effects out and feeds their results back, one at a time. */
export function createCashier(needs: CashierNeeds) {
  const { store, sync, clock, newId, log, metrics } = needs;
  let state: TillState = { name: 'idle' };

  const settings = (): TillSettings => {
    const till = store.settings()?.till;
    if (!till) throw paymentErrors.not_set_up();
    return till;
  };

  const dispatch = (input: TillInput): void => {
    const step = decideTill(state, input, { now_ms: clock.now_ms(), freshOrderId: newId() });
    if (step.refusal) throw paymentErrors[step.refusal]();
    // What must be on disk comes before the state that relies on it: an effect that throws leaves the old state.
    const [durable, later] = partition(step.effects);
    for (const effect of durable) putOrder(effect);
    const changed = step.state !== state;
    state = step.state;
    for (const effect of later) carryOut(effect);
    if (changed) needs.onChange();
  };

  const putOrder = ({
    order,
    state: orderState,
    personId,
  }: Extract<TillEffect, { kind: 'put-order' }>): void =>
    store.putOrder({
      orderId: order.orderId,
      amount_minor: order.amount_minor,
      currency: settings().currency,
      state: orderState,
      ...(personId === undefined ? {} : { personId }),
      createdAt: new Date(order.createdAt_ms).toISOString(),
      updatedAt: new Date(clock.now_ms()).toISOString(),
    });

  const carryOut = (effect: TillEffect): void => {
    if (effect.kind === 'authorise') void authorise(effect);
    else if (effect.kind === 'release') void release(effect.orderId);
    else if (effect.kind === 'commit') commit(effect);
  };

  const authorise = async ({
    order,
    personId,
  }: Extract<TillEffect, { kind: 'authorise' }>): Promise<void> => {
    const { orderId, amount_minor } = order;
    const { till, currency } = settings();
    const request = { orderId, tillId: till.id, personId, amount_minor, currency };
    const asked_ms = clock.monotonic_ms();
    const answer =
      sync.network === 'online'
        ? await sync.authorise(request, authorise_timeout_ms).catch(error => {
            log.warn({ error: String(error), orderId }, 'central refused to authorise');
            return undefined;
          })
        : undefined;
    metrics.observe('authorise', clock.monotonic_ms() - asked_ms);
    quietly({ kind: 'authorised', orderId, answer });
  };

  const release = async (orderId: string): Promise<void> => {
    // A hold that cannot be released now expires at central.
    await sync.release(orderId, release_timeout_ms).catch(error => {
      log.warn({ error: String(error), orderId }, 'a hold was not released');
    });
  };

  const commit = ({ order, diner, mode }: Extract<TillEffect, { kind: 'commit' }>): void => {
    const { orderId, amount_minor } = order;
    const { till, currency } = settings();
    try {
      const { id } = store.confirmOrder(orderId, {
        kind: 'meal',
        orderId,
        tillId: till.id,
        personId: diner.personId,
        amount_minor,
        currency,
        confirmedAt: new Date(clock.now_ms()).toISOString(),
        mode,
        evidence: diner.evidence,
      });
      metrics.count('meals', { mode });
      dispatch({ kind: 'committed', orderId });
      sync.wake();
      void sync.resultOf(id, settle_timeout_ms).then(result => {
        if (result?.balance_minor !== undefined) {
          quietly({ kind: 'settled', orderId, balance_minor: result.balance_minor });
        }
      });
    } catch (error) {
      log.error({ error: String(error), orderId }, 'a meal could not be committed');
      dispatch({ kind: 'commit-failed', orderId, reason: 'disk-full' });
    }
  };

  /** For inputs that nobody waits for: a failure is logged. */
  const quietly = (input: TillInput): void => {
    try {
      dispatch(input);
    } catch (error) {
      log.error({ error: String(error), input: input.kind }, 'the till could not go on');
    }
  };

  return {
    get phase(): TillScreen['phase'] {
      return phaseOf(state);
    },
    /** An order is waiting for somebody to be identified. */
    get wantsDiner(): boolean {
      return state.name === 'waiting';
    },
    /** Somebody was identified for an order that is not paid yet. */
    get dinerId(): string | undefined {
      return state.name === 'confirm' || state.name === 'authorising' ? state.diner.personId : undefined;
    },
    /** @throws amount_*, amount_over_limit, order_in_progress, disk_full, not_set_up */
    start(amountText: string): { orderId: string } {
      const { perMealLimit_minor } = settings();
      const amount_minor = parseAmount(amountText);
      if (amount_minor > perMealLimit_minor) {
        throw paymentErrors.amount_over_limit({ limit: formatAmount(perMealLimit_minor) });
      }
      if (!store.writable()) throw storeErrors.disk_full();
      const orderId = newId();
      dispatch({ kind: 'start', orderId, amount_minor });
      return { orderId };
    },
    confirm: (orderId: string, amount_minor: number): void =>
      dispatch({ kind: 'confirm', orderId, amount_minor }),
    cancel: (orderId: string): void => dispatch({ kind: 'cancel', orderId }),
    gone: (): void => quietly({ kind: 'gone' }),
    tick: (): void => quietly({ kind: 'tick' }),
    severalFaces: (): void => quietly({ kind: 'problem', problem: 'several-faces' }),
    decided(verdict: Exclude<Verdict, { kind: 'pending' }>): void {
      if (verdict.kind === 'identified') {
        const diner = describeDiner(verdict, needs, settings(), state);
        if (diner) quietly({ kind: 'diner', diner });
      } else {
        const problem = verdict.kind === 'unknown' ? 'unknown-person' : verdict.kind;
        quietly({ kind: 'problem', problem });
      }
    },
    /** Orders that a crash or a power cut left open: they are void, and their holds are given back. */
    recover(): void {
      for (const order of store.unfinishedOrders()) {
        store.putOrder({ ...order, state: 'cancelled', updatedAt: new Date(clock.now_ms()).toISOString() });
        if (order.state !== 'open') void release(order.orderId);
      }
    },
  };
}

function partition(
  effects: readonly TillEffect[],
): [Extract<TillEffect, { kind: 'put-order' }>[], TillEffect[]] {
  const durable: Extract<TillEffect, { kind: 'put-order' }>[] = [];
  const later: TillEffect[] = [];
  for (const effect of effects) {
    if (effect.kind === 'put-order') durable.push(effect);
    else later.push(effect);
  }
  return [durable, later];
}

/** What the machine must know of an identified person; undefined when the person left the gallery meanwhile. */
function describeDiner(
  verdict: Extract<Verdict, { kind: 'identified' }>,
  { gallery, store, clock, clockTrusted, offlineFor_ms }: CashierNeeds,
  settings: TillSettings,
  state: TillState,
): Diner | undefined {
  const person = gallery.person(verdict.personId);
  if (!person || !('order' in state)) return undefined;
  const exposure = store.exposure();
  const today = new Date(clock.now_ms()).toISOString().slice(0, 10);
  const lastPaid_ms = exposure.lastPaidAt_ms(person.personId);
  const cooling = lastPaid_ms !== undefined && clock.now_ms() - lastPaid_ms < settings.cooldown_s * 1000;
  const refused = refuseOffline({
    settings,
    person,
    amount_minor: state.order.amount_minor,
    tillTotal_minor: exposure.tillTotal_minor,
    personToday_minor: exposure.personToday_minor(person.personId, today),
    offlineFor_ms: offlineFor_ms(),
    clockTrusted: clockTrusted(),
  });
  return {
    personId: person.personId,
    displayName: person.displayName,
    evidence: verdict.evidence,
    ...(cooling ? { paidBefore_ms: lastPaid_ms } : {}),
    ...(refused ? { refusedOffline: refused } : {}),
  };
}
