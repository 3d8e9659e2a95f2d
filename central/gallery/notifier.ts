/** Wakes those who wait for news of a gallery in this process. */
export interface Notifier {
  wake(): void;
  /**
   * Resolves on the next wake, after `timeout_ms`, when the signal aborts, or at once after close.
   */
  wait(timeout_ms: number, signal: AbortSignal): Promise<void>;
  readonly closed: boolean;
  close(): void;
}

export function createNotifier(): Notifier {
  const waiting = new Set<() => void>();
  let isClosed = false;
  const wakeAll = () => {
    for (const resolve of [...waiting]) resolve();
  };
  return {
    wake: wakeAll,
    wait: (timeout_ms, signal) =>
      new Promise(resolve => {
        if (isClosed || signal.aborted) return resolve();
        const finish = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', finish);
          waiting.delete(finish);
          resolve();
        };
        const timer = setTimeout(finish, timeout_ms);
        signal.addEventListener('abort', finish);
        waiting.add(finish);
      }),
    get closed() {
      return isClosed;
    },
    close: () => {
      isClosed = true;
      wakeAll();
    },
  };
}
