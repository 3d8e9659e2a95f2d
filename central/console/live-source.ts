import type { LiveEvent } from '../../protocol/staff/live.js';

const kinds: readonly LiveEvent['kind'][] = ['entry', 'transfer', 'device', 'person'];
const firstRetry_ms = 1_000;
const longestRetry_ms = 30_000;

/** What is used of the browser's EventSource. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: string }) => void): void;
  close(): void;
}

export interface LiveListener {
  onEvent(event: LiveEvent): void;
  /** The stream is open, at first or again: events may have been missed, what was loaded before may be old. */
  onOpen(): void;
}

export interface LiveSource {
  subscribe(listener: LiveListener): () => void;
  readonly connected: () => boolean;
  onConnection(listener: () => void): () => void;
  start(): void;
  stop(): void;
}

export interface LiveNeeds {
  readonly open: () => EventStream;
  readonly setTimer: (run: () => void, after_ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
  /** The server refused the stream: perhaps the session has ended. */
  readonly onRefused: () => void;
}

/**
 * One stream of central's live events for the whole tab: browsers allow six connections to a server, so parts of a page
 * must share it. The browser reconnects a stream that broke off; one that was refused is opened again here, ever more slowly.
 */
export function createLiveSource({ open, setTimer, clearTimer, onRefused }: LiveNeeds): LiveSource {
  const listeners = new Set<LiveListener>();
  const watchers = new Set<() => void>();
  let stream: EventStream | undefined;
  let timer: unknown;
  let wait_ms = firstRetry_ms;
  let connected = true;

  const setConnected = (now: boolean) => {
    if (connected === now) return;
    connected = now;
    for (const watcher of watchers) watcher();
  };
  const start = () => {
    if (stream) return;
    const mine = open();
    stream = mine;
    mine.addEventListener('open', () => {
      wait_ms = firstRetry_ms;
      setConnected(true);
      for (const listener of listeners) listener.onOpen();
    });
    mine.addEventListener('error', () => {
      setConnected(false);
      if (mine.readyState !== 2 || stream !== mine) return;
      stop();
      onRefused();
      timer = setTimer(start, wait_ms);
      wait_ms = Math.min(longestRetry_ms, wait_ms * 2);
    });
    for (const kind of kinds) {
      mine.addEventListener(kind, ({ data = '{}' }) => {
        const event = { ...(JSON.parse(data) as object), kind } as LiveEvent;
        for (const listener of listeners) listener.onEvent(event);
      });
    }
  };
  const stop = () => {
    clearTimer(timer);
    stream?.close();
    stream = undefined;
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connected: () => connected,
    onConnection(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    start,
    stop,
  };
}
