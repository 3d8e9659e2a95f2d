/** The time of a simulation: it stands still while anything runs and jumps to the next thing that is due. */
export interface Schedule {
  /** Since the simulation began. */
  readonly now_ms: number;
  at(after_ms: number, work: () => void): void;
  /** Time passes in which nothing happens: all that is due is due later by as much. */
  jump(ms: number): void;
  /** Nothing else happens until the promise is settled. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Takes what is due, in order, until that time or until `isDone`. */
  run(until_ms: number, options?: { afterEach?: () => void; isDone?: () => boolean }): Promise<void>;
}

interface Due {
  readonly at_ms: number;
  readonly number: number;
  readonly work: () => void;
}

export function createSchedule(): Schedule {
  const queue: Due[] = [];
  let now_ms = 0;
  let count = 0;
  let held = 0;

  /** Promises alone run to their end before an immediate does. */
  const settle = async (): Promise<void> => {
    do await new Promise(resolve => setImmediate(resolve));
    while (held > 0);
  };
  const insert = (due: Due): void => {
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = queue[middle] as Due;
      // Latest first: the next is taken from the end.
      if (other.at_ms > due.at_ms || (other.at_ms === due.at_ms && other.number > due.number))
        low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, due);
  };
  return {
    get now_ms() {
      return now_ms;
    },
    at(after_ms, work) {
      insert({ at_ms: now_ms + Math.max(0, after_ms), number: count++, work });
    },
    jump(ms) {
      now_ms += ms;
      for (const [i, due] of queue.entries()) queue[i] = { ...due, at_ms: due.at_ms + ms };
    },
    hold(work) {
      held++;
      return work.finally(() => held--);
    },
    async run(until_ms, { afterEach, isDone } = {}) {
      await settle();
      for (let next = queue.at(-1); next && next.at_ms <= until_ms; next = queue.at(-1)) {
        if (isDone?.()) return;
        queue.pop();
        now_ms = next.at_ms;
        next.work();
        await settle();
        afterEach?.();
      }
      if (!isDone?.()) now_ms = Math.max(now_ms, until_ms);
    },
  };
}
