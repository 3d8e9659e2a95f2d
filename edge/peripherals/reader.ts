import type { Duplex } from 'node:stream';
import type { Clock, Log } from '../contracts.js';
import { createLineCutter } from './lines.js';
import type { Port } from './port.js';

export interface ReaderNeeds {
  readonly port: Port;
  readonly clock: Clock;
  readonly log: Log;
  /** A card number or a phone's code. */
  readonly onReading: (text: string) => void;
  readonly onChange?: () => void;
}

export interface Reader {
  readonly state: 'ok' | 'lost';
  close(): Promise<void>;
}

/** Bytes of one reading follow each other faster. */
const silence_ms = 100;
/** The same card again within this time lies on the reader still. */
const repeat_ms = 1_500;
const firstPause_ms = 500;
const longestPause_ms = 15_000;

/** A card or code reader at a serial line or the network, opened again whenever it is gone. */
export function createReader({ port, clock, log, onReading, onChange }: ReaderNeeds): Reader {
  const stopping = new AbortController();
  let state: Reader['state'] = 'lost';
  let last = { text: '', at_ms: Number.NEGATIVE_INFINITY };
  const become = (next: Reader['state']): void => {
    if (state === next) return;
    state = next;
    log.info({ reader: port.description, state }, 'reader');
    onChange?.();
  };
  const read = (text: string): void => {
    const at_ms = clock.monotonic_ms();
    const isRepeated = text === last.text && at_ms - last.at_ms < repeat_ms;
    last = { text, at_ms };
    if (!isRepeated) onReading(text);
  };

  const listen = (line: Duplex): Promise<void> =>
    new Promise(resolve => {
      const cutter = createLineCutter(text => read(text.trim()));
      let quiet = new AbortController();
      const finish = (): void => {
        quiet.abort();
        line.destroy();
        resolve();
      };
      line.on('data', (bytes: Buffer) => {
        cutter.take(bytes);
        quiet.abort();
        quiet = new AbortController();
        const { signal } = quiet;
        void clock.sleep(silence_ms, signal).then(() => {
          if (!signal.aborted) cutter.end();
        });
      });
      line.once('close', finish);
      line.once('error', finish);
      line.once('end', finish);
      stopping.signal.addEventListener('abort', finish, { once: true });
      if (stopping.signal.aborted) finish();
    });

  const work = async (): Promise<void> => {
    let pause_ms = firstPause_ms;
    while (!stopping.signal.aborted) {
      try {
        const line = await port.open();
        become('ok');
        pause_ms = firstPause_ms;
        await listen(line);
      } catch (error) {
        if (pause_ms === firstPause_ms)
          log.warn({ reader: port.description, error: String(error) }, 'the reader cannot be opened');
      }
      become('lost');
      await clock.sleep(pause_ms, stopping.signal);
      pause_ms = Math.min(longestPause_ms, pause_ms * 2);
    }
  };
  const working = work();
  return {
    get state() {
      return state;
    },
    async close() {
      stopping.abort();
      await working;
    },
  };
}
