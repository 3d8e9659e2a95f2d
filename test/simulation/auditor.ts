import type { TillScreen } from '../../protocol/index.js';
import { type Campus, offlineLimits } from './campus.js';

/**
 * Keeps books of its own, of nothing but what people see: what the tills' screens show, whom stands before them, which button is
 * pressed, and what the desk is told. Nothing of the code under test takes part.
 */
export interface Auditor extends Witnessed {
  /** The screen of a till, whenever it may have changed. */
  screen(till: SeenTill, phase: TillScreen['phase']): void;
  /** Somebody presses the button for what the screen shows. Called before the till knows. */
  pressed(till: SeenTill, shown: Shown): void;
  /** Central told the desk that it has the money. */
  gave(personId: string, amount_minor: number): void;
  /** Central told the desk that it gave back a part of a meal, or all of it. */
  refunded(orderId: string, amount_minor: number): void;
  /** The cashier gave a whole meal back; `perhaps`: the till did not say. */
  gaveBack(orderId: string, how: 'surely' | 'perhaps'): void;
  shiftOpened(till: SeenTill, cashier: string): void;
  shiftClosed(till: SeenTill, cashier: string, shown: Sum): void;
  /** The till did not say whether a shift was opened, or closed. */
  shiftUncertain(till: SeenTill): void;
  /** The till was told that this person is blocked. */
  toldBlocked(till: SeenTill, personId: string): void;
  readonly problems: string[];
}

/** All that was seen, for a comparison with the books. */
export interface Witnessed {
  readonly confirmed: ReadonlyMap<string, Confirmed>;
  readonly given: ReadonlyMap<string, number>;
  readonly refunds: ReadonlyMap<string, number>;
  readonly givenBack: ReadonlyMap<string, 'surely' | 'perhaps'>;
  readonly shifts: readonly SeenShift[];
}

export interface Sum {
  readonly count: number;
  readonly sum_minor: number;
}

/** A shift that a till told the cashier was closed. */
export interface SeenShift {
  readonly tillId: string;
  readonly cashier: string;
  readonly shown: Sum;
}

export interface SeenTill {
  readonly deviceId: string;
  readonly tillId: string;
  readonly trueTime_ms: number;
  readonly heardAt_ms: number;
  readonly offset_ms: number;
  readonly outboxIsEmpty: boolean;
  /** The wall clock was set while this process ran, this long ago. */
  readonly clockSetBefore_ms: number | undefined;
}

export interface Shown {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly displayName: string;
  /** Who stands before the till. */
  readonly personId: string;
  /** The code by which the till knew the diner. */
  readonly codeId?: string;
}

export interface Confirmed extends Shown {
  readonly tillId: string;
  /** What the screen said of it in the end, if it said anything. */
  outcome: 'unknown' | 'paid' | 'refused';
  mode?: 'online' | 'offline';
  /** Whose shift was surely open when the screen said that it is paid. */
  cashier?: string | undefined;
  readonly at_ms: number;
}

/** Looking up who it is and pressing the button take time; what was true then may have changed. */
const patience_ms = 60_000;

export function createAuditor(campus: Campus): Auditor {
  const problems: string[] = [];
  const confirmed = new Map<string, Confirmed>();
  const given = new Map<string, number>();
  const refunds = new Map<string, number>();
  const givenBack = new Map<string, 'surely' | 'perhaps'>();
  const shifts: SeenShift[] = [];
  const openShifts = new Map<string, string>();
  const blockedAt = new Map<string, number>();
  const people = new Map(campus.people.map(person => [person.shownName, person]));
  const unsettled = new Map<string, number>();
  const perDay = new Map<string, number>();
  const complain = (problem: string): void => void problems.push(problem);

  const paid = (till: SeenTill, order: Extract<TillScreen['phase'], { name: 'paid' }>['order']): void => {
    const { orderId, amount_minor, displayName, mode, paidAt } = order;
    const known = confirmed.get(orderId);
    if (!known) {
      complain(`order ${orderId} is paid and nobody confirmed it`);
      return;
    }
    if (known.outcome === 'refused') complain(`order ${orderId} was refused and is paid`);
    if (known.outcome === 'paid') return;
    known.outcome = 'paid';
    known.mode = mode;
    known.cashier = openShifts.get(till.tillId);
    if (known.amount_minor !== amount_minor)
      complain(`order ${orderId} shows another amount once it is paid`);
    if (known.displayName !== displayName) complain(`order ${orderId} is paid by another than confirmed it`);
    if (mode === 'offline') servedOffline(till, known, paidAt);
  };
  const servedOffline = (till: SeenTill, order: Confirmed, paidAt: string): void => {
    const { amount_minor, orderId, displayName, personId } = order;
    const sum = (sums: Map<string, number>, key: string): number => {
      const total = (sums.get(key) ?? 0) + amount_minor;
      sums.set(key, total);
      return total;
    };
    const tooMuch = (what: string): void => complain(`order ${orderId} of ${amount_minor} offline ${what}`);
    if (amount_minor > offlineLimits.perMealLimit_minor) tooMuch('passes the limit of a meal');
    const day = `${till.deviceId} ${displayName} ${dayAt(paidAt)}`;
    if (sum(perDay, day) > offlineLimits.perPersonDayLimit_minor) tooMuch("passes the person's limit");
    if (sum(unsettled, till.deviceId) > offlineLimits.tillTotalLimit_minor)
      tooMuch(`passes the till's limit`);
    const silent_ms = till.trueTime_ms - till.heardAt_ms;
    const isClockRight = Math.abs(till.offset_ms) < 100_000;
    if (isClockRight && silent_ms > offlineLimits.maxHours * 3_600_000 + patience_ms + 60_000)
      tooMuch(`comes ${Math.round(silent_ms / 60_000)} min after central was heard`);
    const since_ms = till.trueTime_ms - (blockedAt.get(`${till.deviceId} ${personId}`) ?? Infinity);
    if (since_ms > patience_ms || people.get(displayName)?.isBlocked)
      tooMuch('is of somebody who is blocked');
    if ((till.clockSetBefore_ms ?? 0) > patience_ms && Math.abs(till.offset_ms) > 130_000)
      tooMuch('is served by a clock that was set');
  };

  return {
    ...{ problems, confirmed, given, refunds, givenBack, shifts },
    screen(till, phase) {
      // Everything before has come to central: from here on, nothing is at risk at this till.
      if (till.outboxIsEmpty) unsettled.delete(till.deviceId);
      if (phase.name === 'paid') paid(till, phase.order);
      if (phase.name === 'idle' && phase.lastPaid) paid(till, phase.lastPaid);
      if (phase.name === 'declined') {
        const known = confirmed.get(phase.orderId);
        if (known?.outcome === 'paid') complain(`order ${phase.orderId} was paid and is declined`);
        if (known) known.outcome = 'refused';
      }
    },
    pressed(till, shown) {
      const { orderId, amount_minor, displayName, personId } = shown;
      const person = people.get(displayName);
      if (person?.id !== personId)
        complain(`order ${orderId} shows ${displayName}, somebody else stands there`);
      const known = confirmed.get(orderId);
      if (!known) {
        const at_ms = till.trueTime_ms;
        confirmed.set(orderId, { ...shown, tillId: till.tillId, outcome: 'unknown', at_ms });
      } else if (known.amount_minor !== amount_minor || known.displayName !== displayName) {
        complain(`order ${orderId} asks once more, for something else`);
      }
    },
    gave(personId, amount_minor) {
      given.set(personId, (given.get(personId) ?? 0) + amount_minor);
    },
    refunded(orderId, amount_minor) {
      refunds.set(orderId, (refunds.get(orderId) ?? 0) + amount_minor);
    },
    gaveBack(orderId, how) {
      if (givenBack.get(orderId) !== 'surely') givenBack.set(orderId, how);
    },
    shiftOpened(till, cashier) {
      openShifts.set(till.tillId, cashier);
    },
    shiftClosed({ tillId }, cashier, shown) {
      openShifts.delete(tillId);
      shifts.push({ tillId, cashier, shown });
    },
    shiftUncertain(till) {
      openShifts.delete(till.tillId);
    },
    toldBlocked(till, personId) {
      const key = `${till.deviceId} ${personId}`;
      if (!blockedAt.has(key)) blockedAt.set(key, till.trueTime_ms);
    },
  };
}

/** The campus is in China, which has one time and no summer time. */
function dayAt(time: string): string {
  return new Date(Date.parse(time) + 8 * 3_600_000).toISOString().slice(0, 10);
}
