import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { cliErrors } from '../errors.js';
import type { ReadyMessage } from '../process.js';

/** One `porter` process of the demo, with its output in a log file. */
export interface Child {
  readonly name: string;
  readonly running: boolean;
  readonly pid: number | undefined;
  /** Resolves with the address once the process serves; error `child_failed` when it ends before. */
  start(): Promise<string>;
  /** Asks it to stop and waits; kills it when it takes longer than `stop_timeout_ms`. */
  stop(): Promise<void>;
}

const stop_timeout_ms = 10_000;
const shownLogLines = 12;

export function createChild(options: {
  readonly name: string;
  /** The CLI's entry file. */
  readonly entry: string;
  readonly args: () => readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly log: string;
  /** Called when the process ends without having been asked to. */
  readonly onCrash: (name: string, code: number | null) => void;
}): Child {
  let child: ChildProcess | undefined;
  let stopping = false;
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  const start = async (): Promise<string> => {
    stopping = false;
    const log = openSync(options.log, 'a', 0o600);
    const started = fork(options.entry, options.args(), {
      env: options.environment,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    child = started;
    return new Promise((resolve, reject) => {
      let ready = false;
      started.on('message', message => {
        if (!isReady(message)) return;
        ready = true;
        resolve(message.address);
      });
      started.once('exit', code => {
        if (!ready) {
          const lines = lastLines(options.log);
          reject(cliErrors.child_failed({ name: options.name, log: options.log, lines }));
        } else if (!stopping && code !== 0) options.onCrash(options.name, code);
      });
    });
  };

  const stop = async (): Promise<void> => {
    const target = child;
    if (!target || !running()) return;
    stopping = true;
    const gone = new Promise<void>(resolve => target.once('exit', () => resolve()));
    target.kill('SIGTERM');
    const killer = setTimeout(() => target.kill('SIGKILL'), stop_timeout_ms);
    await gone;
    clearTimeout(killer);
  };

  return {
    name: options.name,
    get running() {
      return running();
    },
    get pid() {
      return child?.pid;
    },
    start,
    stop,
  };
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready';
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-shownLogLines).join('\n');
}
