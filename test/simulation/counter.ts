import { formatAmount, PorterError } from '../../protocol/index.js';
import type { Auditor, SeenTill } from './auditor.js';
import type { Campus, SimulatedPerson } from './campus.js';
import { Gone } from './disk.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';
import { overPhases, type TillHost } from './till.js';

/** The people at one till: a cashier who types amounts, and diners who come, look, press the button, or go. */
export interface Queue {
  /** Looks at the till once more; called some times a second. */
  frame(): void;
  /** No new orders from now on. */
  close(): void;
  /** How often somebody pressed a button. */
  readonly presses: number;
}

interface Visit {
  readonly person: SimulatedPerson;
  /** What the visitor decided to do about the order on the screen. */
  plan?: { readonly orderId: string; readonly kind: Plan; readonly at_ms: number };
  isThere: boolean;
  /** Holds a card to the reader instead of looking at the camera. */
  readonly byCard: boolean;
  readonly until_ms: number;
}

type Plan = 'press' | 'press-twice' | 'press-late' | 'wrong-amount' | 'leave' | 'cancel' | 'replaced';
const plans: readonly Plan[] = [
  ...(['press', 'press', 'press', 'press', 'press', 'press', 'press'] as const),
  ...(['press-twice', 'press-late', 'wrong-amount', 'leave', 'cancel', 'replaced'] as const),
];
const amounts_minor = [1, 350, 600, 850, 850, 1_250, 1_250, 2_000, 3_000, 3_001, 9_999];

export function createQueue(needs: {
  readonly campus: Campus;
  readonly host: TillHost;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly auditor: Auditor;
  readonly seen: () => SeenTill;
}): Queue {
  const { campus, host, schedule, random, auditor, seen } = needs;
  let isOpen = true;
  let visit: Visit | undefined;
  let nextVisit_ms = random.int(0, 3_000);
  let presses = 0;

  /** A process that ends in the middle, and refusals with a code, are part of life. */
  const attempt = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      if (error instanceof Gone || error instanceof PorterError || !host.running) return false;
      throw error;
    }
  };
  const begin = (): void => {
    nextVisit_ms = schedule.now_ms + random.int(100, 1_500);
    const { running } = host;
    if (!running) return;
    const amount = formatAmount(random.pick(amounts_minor));
    if (!attempt(() => void running.counter.start(amount))) return;
    visit = {
      ...{ person: random.pick(campus.people), isThere: false, byCard: random.chance(0.3) },
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
  const press = (): void => {
    const { running } = host;
    const phase = running?.phase();
    if (!running || !visit || phase?.name !== 'confirm' || phase.orderId !== visit.plan?.orderId) return;
    const { orderId, amount_minor, displayName } = phase;
    presses++;
    auditor.pressed(seen(), { orderId, amount_minor, displayName, personId: visit.person.id });
    attempt(() => running.counter.confirm(orderId, amount_minor));
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
        const isTaken = attempt(() => running.counter.confirm(orderId, phase.amount_minor + 1));
        if (isTaken) auditor.problems.push(`order ${orderId} was confirmed with another amount`);
      }
    }
    if (kind === 'leave') visit.isThere = false;
    else if (kind === 'cancel') attempt(() => running.counter.cancel(orderId));
    else if (kind === 'replaced') visit = { ...visit, person: random.pick(campus.people) };
    else if (kind === 'press-twice') attempt(() => running.counter.confirm(orderId, amountOn(running)));
    else press();
    if (visit) visit.plan = { orderId, kind: 'leave', at_ms: Number.POSITIVE_INFINITY };
  };
  const amountOn = (running: NonNullable<TillHost['running']>): number => {
    const phase = running.phase();
    return phase.name === 'paid' ? phase.order.amount_minor : 1;
  };
  return {
    get presses() {
      return presses;
    },
    close() {
      isOpen = false;
    },
    frame() {
      const { running } = host;
      if (!running?.counter) return;
      attempt(() => {
        const inFront = visit?.isThere ? visit.person : undefined;
        running.see(visit?.byCard ? undefined : inFront?.id);
        running.counter.tick();
        if (visit?.byCard && inFront && running.phase().name === 'waiting')
          running.counter.present(inFront.card);
      });
      if (host.running !== running) return;
      const phase = running.phase();
      auditor.screen(seen(), phase);
      if (phase.name === 'confirm') decide(phase.orderId);
      act();
      if (host.running !== running) return;
      const now = running.phase();
      auditor.screen(seen(), now);
      const isOver = overPhases.includes(now.name);
      if (visit && (isOver || schedule.now_ms > visit.until_ms)) visit = undefined;
      if (!isOpen && !isOver && 'orderId' in now) attempt(() => running.counter.cancel(now.orderId));
      if (!visit && isOver && isOpen && schedule.now_ms >= nextVisit_ms) begin();
    },
  };
}
