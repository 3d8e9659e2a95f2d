import type { MealEvent, TillScreen, TillSettings } from '../../protocol/index.js';
import type { Clock, Gallery, Log, Store, Sync } from '../contracts.js';
import type { Metrics } from '../metrics.js';
import { storeErrors } from '../store/index.js';
import { frontOf, type Observed, type Sighting } from '../vision/index.js';
import { createAuthorising } from './authorising.js';
import { type Charge, resolveCharge } from './charge.js';
import { createCredentials } from './credentials.js';
import { assessDiner, assessFace, type Known } from './diner.js';
import { paymentErrors } from './errors.js';
import { phaseOf } from './phase.js';
import { createPins, needsPin } from './pins.js';
import { createReleases } from './releases.js';
import { createTellingApart } from './telling-apart.js';
import { decideTill } from './till.js';
import type { Refusal, TillEffect, TillInput, TillMoment, TillState, WaitingProblem } from './till-types.js';
import { createWriting } from './writing.js';

export interface Counter {
  /** A text is a typed amount. @throws the errors of resolveCharge, order_in_progress, not_set_up, disk_full */
  start(charge: string | Charge): { orderId: string };
  /** Returns once the meal is on disk, or refused by the disk. @throws no_order, wrong_order, amount_changed, pin_required */
  confirm(orderId: string, amount_minor: number): void;
  /** The same for a meal that needs the diner's PIN. @throws those of Pins too */
  confirmWithPin(orderId: string, amount_minor: number, pin: string | undefined): Promise<void>;
  /** The end of the student number of somebody whom the face alone did not tell apart. @throws wrong_order and those of TellingApart */
  tellApart(orderId: string, digits: string): void;
  /** A card or a phone's code was read; without an order nothing happens. @throws those of Credentials.read, credential_not_now, and why the person may not pay */
  present(text: string): void;
  /** The student number with its PIN. @throws wrong_order, those of Credentials.number, and why the person may not pay */
  presentNumber(orderId: string, studentNumber: string, pin: string): Promise<void>;
  /** @throws wrong_order */
  cancel(orderId: string): void;
  seen(sighting: Sighting): void;
  tick(): void;
  /** Gives up what a crash left open. Called once, at the start. */
  recover(): void;
  phase(): TillScreen['phase'];
  /** Several people stand so near that nobody is charged. */
  readonly crowded: boolean;
}

export interface CounterNeeds {
  readonly store: Store;
  readonly sync: Sync;
  readonly gallery: Pick<Gallery, 'person' | 'personByCard' | 'personByStudentNumber'>;
  readonly settings: () => TillSettings | undefined;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  /** ms since central was last heard; Infinity when that is not known. */
  readonly offlineFor_ms: () => number;
  readonly newId: () => string;
  /** Checks that the disk takes writes. @throws disk_full */
  readonly requireDisk: () => void;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A meal is on disk. */
  readonly onPaid?: (meal: MealEvent, displayName: string) => void;
}

const settle_timeout_ms = 15_000;
/** Without a frame for this long nobody is known to be in front. */
const blind_ms = 2_000;
/** A face that could not be compared for this long may be somebody else's in the same place. */
const staleLook_ms = 3_000;

const notAllowed: Partial<Record<WaitingProblem, 'person_blocked'>> = { blocked: 'person_blocked' };

/** Carries out what the till machine decides: one order at a time, inputs in turn. */
export function createCounter(needs: CounterNeeds): Counter {
  const { store, sync, gallery, settings, clock, newId, log, metrics } = needs;
  const releases = createReleases(needs);
  let state: TillState = { name: 'idle' };
  const apart = createTellingApart(gallery);
  const ask = createAuthorising(needs);
  const writing = createWriting(needs);
  const pins = createPins({ ...needs, verifierOf: id => gallery.person(id)?.payment?.pin });
  const credentials = createCredentials({ ...needs, pins });
  const asksPin = (): boolean => {
    const rules = settings();
    if (rules === undefined || state.name !== 'confirm' || state.diner.credential === 'number') return false;
    return needsPin(rules, state.order.amount_minor);
  };
  let front: Observed | undefined;
  let lastSighting_ms = Number.NEGATIVE_INFINITY;
  let crowded = false;
  let working = false;
  const queue: TillInput[] = [];

  const moment = (): TillMoment => ({
    now_ms: clock.monotonic_ms(),
    wall_ms: clock.now_ms(),
    freshOrderId: newId(),
  });
  /** Takes an input in turn; those that its effects cause are taken before it returns. */
  const take = (input: TillInput): Refusal | undefined => {
    queue.push(input);
    if (working) return undefined;
    working = true;
    let refusal: Refusal | undefined;
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const step = decideTill(state, next, moment());
        if (step.state.name !== state.name) log.info({ from: state.name, to: step.state.name }, 'till');
        state = step.state;
        if (next === input) refusal = step.refusal;
        carryOut(step.effects);
      }
    } finally {
      working = false;
    }
    return refusal;
  };
  const takeOrThrow = (input: TillInput): void => {
    const refusal = take(input);
    if (refusal) throw paymentErrors[refusal]();
  };

  const carryOut = (effects: readonly TillEffect[]): void => {
    let refusedByDisk = false;
    for (const effect of effects) {
      // Nothing is asked for, and nothing served, on behalf of an order that is not on disk.
      if (refusedByDisk && effect.kind !== 'release') continue;
      if (effect.kind === 'put-order') {
        refusedByDisk = !writing.put(effect);
        const { orderId } = effect.order;
        if (refusedByDisk) queue.push({ kind: 'write-failed', orderId, reason: 'disk-full' });
      } else if (effect.kind === 'authorise') void authorise(effect);
      else if (effect.kind === 'commit') commit(effect);
      else releases.release(effect.orderId);
    }
  };
  const authorise = async (effect: Extract<TillEffect, { kind: 'authorise' }>): Promise<void> => {
    const { order, diner } = effect;
    const { orderId } = order;
    const asked_ms = clock.monotonic_ms();
    const answer = ask(order, diner);
    releases.after(orderId, answer);
    const given = await answer;
    metrics.observe('authorise', clock.monotonic_ms() - asked_ms);
    metrics.count('authorisations', { answer: given?.kind ?? 'none' });
    take({ kind: 'authorised', orderId, answer: given });
  };
  const commit = (effect: Extract<TillEffect, { kind: 'commit' }>): void => {
    const { orderId } = effect.order;
    const written = writing.commit(effect);
    if (written.kind === 'failed')
      return void queue.push({ kind: 'write-failed', orderId, reason: written.reason });
    if (written.eventId !== undefined) void settle(orderId, written.eventId);
    metrics.count('meals', { mode: effect.mode });
    queue.push({ kind: 'committed', orderId, paidAt: written.paidAt });
    sync.wake();
  };
  const settle = async (orderId: string, eventId: string): Promise<void> => {
    const result = await sync.resultOf(eventId, settle_timeout_ms);
    if (result?.balance_minor === undefined) return;
    take({ kind: 'settled', orderId, balance_minor: result.balance_minor });
  };

  /** Tells the machine who is in front; repeated with every frame, which changes nothing. */
  const look = (observed: Observed | undefined): void => {
    front = observed;
    if (!observed) apart.forget();
    const verdict = observed && apart.see(observed);
    if (!verdict || verdict.kind === 'pending') return void take({ kind: 'gone' });
    const newest = observed.track.looks.at(-1);
    const isStale = newest && clock.monotonic_ms() - newest.at_ms > staleLook_ms;
    if (isStale) return void take({ kind: 'gone' });
    const rules = settings();
    if (!rules || (state.name !== 'waiting' && state.name !== 'confirm')) return;
    const assessed = assessFace({ ...needs, rules, verdict, amount_minor: state.order.amount_minor });
    if (assessed.kind === 'diner') return void take({ kind: 'diner', diner: assessed.diner });
    take({ kind: 'replaced' });
    take({ kind: 'problem', problem: assessed.problem });
  };

  /** Takes somebody who is known otherwise than by face as the diner of the order that waits for one. */
  const takeKnown = (orderId: string, known: Known): void => {
    const rules = settings();
    if (!rules || state.name !== 'waiting' || state.order.orderId !== orderId)
      throw paymentErrors.wrong_order();
    const assessed = assessDiner({ ...needs, rules, amount_minor: state.order.amount_minor }, known);
    if (assessed.kind === 'problem') throw paymentErrors[notAllowed[assessed.problem] ?? 'may_not_pay']();
    take({ kind: 'diner', diner: assessed.diner });
  };

  return {
    get crowded() {
      return crowded;
    },
    start(charge) {
      const rules = settings();
      if (!rules || sync.network === 'unpaired') throw paymentErrors.not_set_up();
      const asked = typeof charge === 'string' ? ({ kind: 'amount', text: charge } as const) : charge;
      const charged = resolveCharge(asked, rules, clock.now_ms());
      needs.requireDisk();
      const orderId = newId();
      takeOrThrow({ kind: 'start', orderId, ...charged });
      if (state.name === 'declined' && state.order.orderId === orderId) throw storeErrors.disk_full();
      return { orderId };
    },
    confirm(orderId, amount_minor) {
      if (asksPin()) throw paymentErrors.pin_required();
      takeOrThrow({ kind: 'confirm', orderId, amount_minor });
    },
    async confirmWithPin(orderId, amount_minor, pin) {
      // Whoever it is by then is the one whose PIN was right: the machine is asked again with this very order.
      if (asksPin() && state.name === 'confirm' && state.order.orderId === orderId)
        await pins.check(state.diner.personId, pin);
      takeOrThrow({ kind: 'confirm', orderId, amount_minor });
    },
    tellApart(orderId, digits) {
      if (state.name !== 'waiting' || state.order.orderId !== orderId) throw paymentErrors.wrong_order();
      apart.answer(orderId, digits);
      look(front);
    },
    present(text) {
      if (state.name === 'confirm' || state.name === 'authorising' || state.name === 'paying')
        throw paymentErrors.credential_not_now();
      if (state.name !== 'waiting') return;
      const { orderId } = state.order;
      takeKnown(orderId, credentials.read(orderId, text));
    },
    async presentNumber(orderId, studentNumber, pin) {
      if (state.name !== 'waiting' || state.order.orderId !== orderId) throw paymentErrors.wrong_order();
      takeKnown(orderId, await credentials.number(orderId, studentNumber, pin));
    },
    cancel: orderId => takeOrThrow({ kind: 'cancel', orderId }),
    seen(sighting) {
      lastSighting_ms = clock.monotonic_ms();
      const tracks = sighting.people.map(one => one.track);
      const nearest = frontOf(tracks, sighting);
      crowded = nearest.kind === 'several';
      if (nearest.kind === 'several' && state.name === 'waiting') {
        take({ kind: 'problem', problem: 'several-faces' });
      } else if (nearest.kind === 'nobody') look(undefined);
      else look(sighting.people.find(one => one.track === nearest.track));
    },
    tick() {
      take({ kind: 'tick' });
      if (clock.monotonic_ms() - lastSighting_ms >= blind_ms) {
        crowded = false;
        take({ kind: 'gone' });
      }
      releases.tick();
    },
    recover() {
      for (const order of store.unfinishedOrders()) {
        log.warn({ orderId: order.orderId, state: order.state }, 'an order was left open; it is cancelled');
        try {
          store.putOrder({ ...order, state: 'cancelled', updatedAt: new Date(clock.now_ms()).toISOString() });
        } catch (error) {
          // It stays unfinished on disk and is tried again at the next start.
          log.error({ error: String(error) }, 'the order could not be cancelled on disk');
        }
        if (order.state !== 'open') releases.release(order.orderId);
      }
    },
    phase() {
      const phase = phaseOf(state);
      return phase.name === 'confirm' && asksPin() ? { ...phase, asksPin: true } : phase;
    },
  };
}
