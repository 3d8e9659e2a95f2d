/** Tells on standard error how far long work has come: one line that changes on a terminal, a line now and then elsewhere. */
export interface Progress {
  update(done: number, total: number): void;
  end(): void;
}

const interval_ms = { terminal: 500, file: 5_000 };

export function createProgress(unit: string): Progress {
  const terminal = process.stderr.isTTY === true;
  const started_ms = performance.now();
  let shown_ms = terminal ? -Infinity : started_ms;
  return {
    update(done, total) {
      const now_ms = performance.now();
      const pause_ms = terminal ? interval_ms.terminal : interval_ms.file;
      if (done < total && now_ms - shown_ms < pause_ms) return;
      shown_ms = now_ms;
      const left_s = Math.round(((now_ms - started_ms) / 1000 / Math.max(1, done)) * (total - done));
      const line = `${done} of ${total} ${unit}, ${left_s} s left`;
      process.stderr.write(terminal ? `\r${line}   ` : `${line}\n`);
    },
    end() {
      if (terminal) process.stderr.write('\r\x1b[K');
    },
  };
}
