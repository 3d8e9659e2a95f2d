import { beforeEach, describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../protocol/staff/live.js';
import { createLiveSource, type EventStream } from './live-source.js';

interface FakeStream extends EventStream {
  readyState: number;
  isClosed: boolean;
  emit(type: string, data?: string): void;
}

function fakeStream(): FakeStream {
  const listeners = new Map<string, ((event: { data?: string }) => void)[]>();
  return {
    readyState: 0,
    isClosed: false,
    addEventListener(type, listener) {
      listeners.set(type, [...(listeners.get(type) ?? []), listener]);
    },
    close() {
      this.isClosed = true;
      this.readyState = 2;
    },
    emit(type, data) {
      for (const listener of listeners.get(type) ?? []) listener(data === undefined ? {} : { data });
    },
  };
}

let streams: FakeStream[];
let timers: { run: () => void; after_ms: number }[];
let refused: number;
let opened: number;
let events: LiveEvent[];
const makeSource = () =>
  createLiveSource({
    open: () => {
      const stream = fakeStream();
      streams.push(stream);
      return stream;
    },
    setTimer: (run, after_ms) => timers.push({ run, after_ms }),
    clearTimer: () => undefined,
    onRefused: () => {
      refused += 1;
    },
  });
const listener = () => ({
  onEvent: (event: LiveEvent) => events.push(event),
  onOpen: () => {
    opened += 1;
  },
});
const refuse = (stream: FakeStream) => {
  stream.readyState = 2;
  stream.emit('error');
};

beforeEach(() => {
  streams = [];
  timers = [];
  refused = 0;
  opened = 0;
  events = [];
});

describe('the live stream', () => {
  it('is one for all who listen', () => {
    const source = makeSource();
    source.subscribe(listener());
    source.subscribe(listener());
    source.start();
    source.start();
    expect(streams).toHaveLength(1);
    streams[0]!.emit('person', '{"personId":"p1"}');
    expect(events).toEqual([
      { kind: 'person', personId: 'p1' },
      { kind: 'person', personId: 'p1' },
    ]);
  });

  it('tells nobody who has left', () => {
    const source = makeSource();
    const leave = source.subscribe(listener());
    source.start();
    leave();
    streams[0]!.emit('person', '{"personId":"p1"}');
    expect(events).toEqual([]);
  });

  it('tells of every opening, for what was missed has to be loaded', () => {
    const source = makeSource();
    source.subscribe(listener());
    source.start();
    streams[0]!.emit('open');
    streams[0]!.emit('error');
    expect(source.connected()).toBe(false);
    streams[0]!.emit('open');
    expect(source.connected()).toBe(true);
    expect(opened).toBe(2);
  });

  it('leaves a broken connection to the browser, and opens a refused one again, ever more slowly', () => {
    const source = makeSource();
    source.start();
    streams[0]!.emit('error');
    expect(timers).toHaveLength(0);
    for (let tries = 0; tries < 8; tries += 1) {
      refuse(streams.at(-1)!);
      timers.at(-1)!.run();
    }
    expect(timers.map(timer => timer.after_ms)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(refused).toBe(8);
    streams.at(-1)!.emit('open');
    refuse(streams.at(-1)!);
    expect(timers.at(-1)!.after_ms).toBe(1_000);
  });

  it('stays stopped when a stream that was given up reports its end', () => {
    const source = makeSource();
    source.start();
    source.stop();
    expect(streams[0]!.isClosed).toBe(true);
    refuse(streams[0]!);
    expect(timers).toHaveLength(0);
    expect(refused).toBe(0);
  });
});
