import { formatAmount, hasNothingUnderWay } from '../../protocol/index.js';
import { createAttempt } from './attempt.js';
import type { Auditor, SeenTill, Shown } from './auditor.js';
import { type Campus, pinAbove_minor, type SimulatedPerson } from './campus.js';
import { createCashierHand } from './cashier.js';
import type { Phones, ShownCode } from './phones.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';
import type { RunningTill, TillHost } from './till.js';

/** The people at one till: a cashier who types amounts, and diners who come, show who they are, press the button, or go. */
export interface Queue {
  /** Looks at the till once more; called some times a second. */
  frame(): void;
  /** No new orders from now on. */
  close(): void;
  /** The cashier has gone home. */
  readonly isEmpty: boolean;
}

interface Visit {
  readonly person: SimulatedPerson;
  /** What the visitor decided to do about the order on the screen. */
  plan?: { readonly orderId: string; readonly kind: Plan; readonly at_ms: number };
  isThere: boolean;
  /** Looks at the camera, or shows something else. */
  readonly way: Way;
  /** How often it was shown in vain; at some time one gives up. */
  shows: number;
  readonly until_ms: number;
}

type Way = 'face' | 'card' | 'code' | 'number';
const ways: readonly Way[] = [
  ...(['face', 'face', 'face', 'face', 'face', 'face'] as const),
  ...(['card', 'card', 'code', 'code', 'code', 'number'] as const),
];

type Plan = 'press' | 'press-twice' | 'press-late' | 'wrong-amount' | 'leave' | 'cancel' | 'replaced';
const plans: readonly Plan[] = [
  ...(['press', 'press', 'press', 'press', 'press', 'press', 'press'] as const),
  ...(['press-twice', 'press-late', 'wrong-amount', 'leave', 'cancel', 'replaced'] as const),
];
const mostShows = 6;
const wrongPin = '860413';
const amounts_minor = [1, 350, 600, 850, 850, 1_250, 1_250, 2_000, 3_000, 3_001, 9_999];

export function createQueue(needs: {
  readonly campus: Campus;
  readonly host: TillHost;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly auditor: Auditor;
  readonly seen: () => SeenTill;
  readonly phones: Phones;
}): Queue {
  const { campus, host, schedule, random, auditor, seen, phones } = needs;
  const cashier = createCashierHand(needs);
  const attempt = createAttempt(host);
  let isOpen = true;
  let visit: Visit | undefined;
  let nextVisit_ms = random.int(0, 3_000);
  let lastPerson = random.pick(campus.people);
  /** The codes by which orders got their diner. */
  const codes = new Map<string, ShownCode>();

  const begin = (): void => {
    nextVisit_ms = schedule.now_ms + random.int(100, 1_500);
    const { running } = host;
    if (!running) return;
    const amount = formatAmount(random.pick(amounts_minor));
    if (!attempt.now(() => void running.counter.start(amount))) return;
    // Somebody who has just paid comes again, by mistake or on purpose.
    lastPerson = random.chance(0.2) ? lastPerson : random.pick(campus.people);
    visit = {
      ...{ person: lastPerson, isThere: false, way: random.pick(ways), shows: 0 },
      until_ms: schedule.now_ms + 45_000,
    };
    const comes_ms = random.int(0, 1_500);
    const arriving = visit;
    schedule.at(comes_ms, () => {
      arriving.isThere = true;
    });
  };
  const decide = (orderId: string): void => {
    if (!visit || visit.plan?.orderId === orderId) return;
    const kind = random.pick(plans);
    const thinks_ms = kind === 'press-late' ? random.int(3_000, 32_000) : random.int(100, 1_500);
    visit.plan = { orderId, kind, at_ms: schedule.now_ms + thinks_ms };
  };
  /** Shows the till who it is, unless by face. */
  const show = (running: RunningTill, visit: Visit): void => {
    const { person, way } = visit;
    const phase = running.phase();
    if (way === 'face' || phase.name !== 'waiting' || visit.shows++ > mostShows) return;
    const { orderId } = phase;
    const { counter } = running;
    if (way === 'card') attempt.now(() => counter.present(person.card));
    if (way === 'code' && !codes.has(orderId)) {
      const code = phones.codeOf(person);
      if (attempt.now(() => counter.present(code.text))) codes.set(orderId, code);
    }
    if (way !== 'number') return;
    const pin = random.chance(0.8) ? person.pin : wrongPin;
    const known = attempt.later(counter.presentNumber(orderId, person.studentNumber, pin));
    void schedule.hold(
      known.then(isKnown => {
        if (isKnown && pin === wrongPin) auditor.problems.push(`order ${orderId} takes a wrong PIN`);
      }),
    );
  };
  const press = (): void => {
    const { running } = host;
    const phase = running?.phase();
    if (!running || !visit || phase?.name !== 'confirm' || phase.orderId !== visit.plan?.orderId) return;
    const { orderId, amount_minor, displayName } = phase;
    const codeId = codes.get(orderId)?.codeId;
    const shown = {
      ...{ orderId, amount_minor, displayName, personId: visit.person.id },
      ...(codeId !== undefined && { codeId }),
    };
    if (amount_minor > pinAbove_minor && visit.way !== 'number') {
      pressWithPin(running, visit, shown);
      return;
    }
    auditor.pressed(seen(), shown);
    attempt.now(() => running.counter.confirm(orderId, amount_minor));
  };
  const pressWithPin = ({ counter }: RunningTill, { person }: Visit, shown: Shown): void => {
    const { orderId, amount_minor } = shown;
    const pin = random.pick([person.pin, person.pin, person.pin, person.pin, wrongPin, '']);
    const isRight = pin === person.pin;
    if (isRight) auditor.pressed(seen(), shown);
    // A page that does not know of the PIN.
    const asked =
      pin === '' && random.chance(0.5)
        ? Promise.resolve(attempt.now(() => counter.confirm(orderId, amount_minor)))
        : attempt.later(counter.confirmWithPin(orderId, amount_minor, pin));
    const done = asked.then(isTaken => {
      if (isTaken && !isRight) auditor.problems.push(`order ${orderId} was confirmed without the PIN`);
    });
    void schedule.hold(done);
  };
  const act = (): void => {
    const { running } = host;
    const plan = visit?.plan;
    if (!running || !visit || !plan || schedule.now_ms < plan.at_ms) return;
    const { orderId, kind } = plan;
    if (kind === 'press-twice') press();
    if (kind === 'wrong-amount') {
      const phase = running.phase();
      // A page that shows an older amount: it must not be taken for this one.
      if (phase.name === 'confirm' && phase.orderId === orderId) {
        const isTaken = attempt.now(() => running.counter.confirm(orderId, phase.amount_minor + 1));
        if (isTaken) auditor.problems.push(`order ${orderId} was confirmed with another amount`);
      }
    }
    if (kind === 'leave') visit.isThere = false;
    else if (kind === 'cancel') attempt.now(() => running.counter.cancel(orderId));
    else if (kind === 'replaced') visit = { ...visit, person: random.pick(campus.people) };
    else if (kind === 'press-twice') attempt.now(() => running.counter.confirm(orderId, amountOn(running)));
    else press();
    if (visit) visit.plan = { orderId, kind: 'leave', at_ms: Number.POSITIVE_INFINITY };
  };
  const amountOn = (running: NonNullable<TillHost['running']>): number => {
    const phase = running.phase();
    return phase.name === 'paid' ? phase.order.amount_minor : 1;
  };
  return {
    get isEmpty() {
      return cashier.isHome;
    },
    close() {
      isOpen = false;
    },
    frame() {
      const { running } = host;
      if (!running?.counter) return;
      attempt.now(() => {
        const inFront = visit?.isThere ? visit.person : undefined;
        running.see(visit?.way === 'face' ? inFront?.id : undefined);
        running.counter.tick();
        if (visit?.isThere) show(running, visit);
      });
      if (host.running !== running) return;
      const phase = running.phase();
      auditor.screen(seen(), phase);
      if (phase.name === 'confirm') decide(phase.orderId);
      act();
      if (host.running !== running) return;
      const now = running.phase();
      auditor.screen(seen(), now);
      const isOver = hasNothingUnderWay(now);
      if (visit && (isOver || schedule.now_ms > visit.until_ms)) visit = undefined;
      if (!isOpen && !isOver && 'orderId' in now) attempt.now(() => running.counter.cancel(now.orderId));
      if (visit || !isOver) return;
      if (!isOpen) return cashier.goHome(running);
      cashier.act(running);
      if (host.running === running && schedule.now_ms >= nextVisit_ms) begin();
    },
  };
}
