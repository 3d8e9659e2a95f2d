import type { Log } from '../contracts.js';

export interface RecordingLog extends Log {
  readonly lines: readonly { readonly level: 'info' | 'warn' | 'error'; readonly message: string }[];
}

/** Keeps what was logged. */
export function createRecordingLog(): RecordingLog {
  const lines: { level: 'info' | 'warn' | 'error'; message: string }[] = [];
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (_: object, message: string): void =>
      void lines.push({ level, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
