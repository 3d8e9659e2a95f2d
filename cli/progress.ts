/** A line on standard error that tells how far long work has come; silent when standard error is a file. */
export interface Progress {
  update(done: number, total: number): void;
  end(): void;
}

const interval_ms = 500;

export function createProgress(unit: string): Progress {
  const terminal = process.stderr.isTTY === true;
  const started_ms = performance.now();
  let shown_ms = -Infinity;
  return {
    update(done, total) {
      const now_ms = performance.now();
      if (!terminal || (now_ms - shown_ms < interval_ms && done < total)) return;
      shown_ms = now_ms;
      const left_s = Math.round(((now_ms - started_ms) / 1000 / done) * (total - done));
      process.stderr.write(`\r${done} of ${total} ${unit}, ${left_s} s left   `);
    },
    end() {
      if (terminal) process.stderr.write('\r\x1b[K');
    },
  };
}
