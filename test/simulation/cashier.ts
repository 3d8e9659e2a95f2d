import { createAttempt } from './attempt.js';
import type { Auditor, SeenTill } from './auditor.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';
import type { RunningTill, TillHost } from './till.js';

/** The cashier at one till: begins and ends shifts, and gives meals back. What a crash left undone is looked up and done again. */
export interface CashierHand {
  /** Between two diners; mostly nothing is to be done. */
  act(running: RunningTill): void;
  /** Ends the shift, if one is open. */
  goHome(running: RunningTill): void;
  readonly isHome: boolean;
}

export function createCashierHand(needs: {
  readonly host: TillHost;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly auditor: Auditor;
  readonly seen: () => SeenTill;
}): CashierHand {
  const { host, schedule, random, auditor, seen } = needs;
  const attempt = createAttempt(host);
  let shifts = 0;
  let isHome = false;

  const closeShift = (running: RunningTill): void => {
    const isDone = attempt.now(() => {
      const { cashier, meals } = running.cashier.close();
      auditor.shiftClosed(seen(), cashier, meals);
    });
    if (!isDone) auditor.shiftUncertain(seen());
  };
  const openShift = (running: RunningTill): void => {
    const name = `Cashier ${++shifts}`;
    const opened = attempt.later(running.cashier.open(name)).then(isDone => {
      if (isDone) auditor.shiftOpened(seen(), name);
      else auditor.shiftUncertain(seen());
    });
    void schedule.hold(opened);
  };
  const giveBack = (running: RunningTill): void => {
    const { meals } = running.cashier.book();
    for (const meal of meals) if (meal.refunded) auditor.gaveBack(meal.orderId, 'surely');
    const open = meals.filter(meal => !meal.refunded);
    if (open.length === 0) return;
    const { orderId } = random.pick(open);
    const isDone = attempt.now(() => running.cashier.refund(orderId));
    auditor.gaveBack(orderId, isDone ? 'surely' : 'perhaps');
  };
  const hasShift = (running: RunningTill): boolean => running.cashier.book().shift !== undefined;

  return {
    get isHome() {
      return isHome;
    },
    act(running) {
      const kind = random.next();
      if (kind >= 0.08) return;
      attempt.now(() => {
        if (kind < 0.04) giveBack(running);
        else if (hasShift(running)) closeShift(running);
        else openShift(running);
      });
    },
    goHome(running) {
      if (isHome) return;
      attempt.now(() => {
        if (hasShift(running)) closeShift(running);
        else isHome = true;
      });
    },
  };
}
