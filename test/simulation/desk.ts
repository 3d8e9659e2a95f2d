import { formatAmount, newId } from '../../protocol/index.js';
import type { Auditor } from './auditor.js';
import type { Campus } from './campus.js';
import type { SimulatedCentral } from './central.js';
import type { Random } from './random.js';
import type { Answer } from './routes.js';
import type { Schedule } from './schedule.js';

/** The counter in the office: takes cash, gives meals back, blocks people. It asks again until it has an answer. */
export interface Desk {
  open(): void;
  close(): void;
  /** Nothing is under way. */
  readonly isIdle: boolean;
  readonly refunds: number;
}

const retry_ms = 2_000;

export function createDesk(needs: {
  readonly campus: Campus;
  readonly central: SimulatedCentral;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly auditor: Auditor;
}): Desk {
  const { campus, central, schedule, random, auditor } = needs;
  let isOpen = false;
  let underWay = 0;
  let refunds = 0;

  const ask = (
    method: 'POST' | 'PATCH',
    path: string,
    body: object,
    done: (answer: Answer) => void,
  ): void => {
    underWay++;
    const attempt = async (): Promise<void> => {
      const answer = await central.fromDesk(method, path, body);
      // What was done may have got lost on the way back: the same is asked again.
      if (!answer || random.chance(0.1)) return schedule.at(retry_ms, () => void schedule.hold(attempt()));
      underWay--;
      done(answer);
    };
    void schedule.hold(attempt());
  };
  const requestId = (): string => newId();

  const topUp = (): void => {
    const person = random.pick(campus.people);
    const amount_minor = random.int(1, 3_000);
    const body = { requestId: requestId(), amount: formatAmount(amount_minor) };
    ask('POST', `/people/${person.id}/top-ups`, body, ({ status }) => {
      if (status === 200) auditor.gave(person.id, amount_minor);
      else auditor.problems.push(`a top-up was refused with ${status}`);
    });
  };
  const refund = (): void => {
    const meals = central.disk.raw
      .prepare("select id, order_id, amount_minor from transfer where kind = 'meal' order by id")
      .all() as { id: string; order_id: string; amount_minor: number }[];
    if (meals.length === 0) return;
    const meal = random.pick(meals);
    const part = random.chance(0.5) ? { amount: formatAmount(random.int(1, meal.amount_minor)) } : {};
    const body = { requestId: requestId(), transferId: meal.id, reason: 'cold soup', ...part };
    ask('POST', '/refunds', body, ({ body: given }) => {
      const { state, amount_minor } = given as { state?: string; amount_minor: number };
      if (state !== 'posted') return;
      refunds++;
      auditor.refunded(meal.order_id, amount_minor);
    });
  };
  const block = (): void => {
    const { id } = random.pick(campus.people);
    ask('PATCH', `/people/${id}`, { status: 'blocked' }, () => {});
  };
  const work = (): void => {
    if (!isOpen) return;
    const kind = random.next();
    if (kind < 0.4) topUp();
    else if (kind < 0.85) refund();
    else block();
    schedule.at(random.int(2_000, 25_000), work);
  };
  return {
    open() {
      isOpen = true;
      schedule.at(random.int(2_000, 25_000), work);
    },
    close() {
      isOpen = false;
    },
    get isIdle() {
      return underWay === 0;
    },
    get refunds() {
      return refunds;
    },
  };
}
