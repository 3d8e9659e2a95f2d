import type { DeviceSettings, DeviceStatus } from '../../protocol/index.js';
import type { Clock, Log, NetworkState, Sync } from '../contracts.js';
import type { OpenStore } from '../store/index.js';
import { createBell } from './bell.js';
import { asCodedError, type Client } from './client.js';
import { Refusal } from './http.js';
import { createLoops, type LoopControl } from './loops.js';
import { createResultBoard } from './results.js';

export interface SyncNeeds {
  readonly client: Client;
  readonly store: OpenStore;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1; spreads retries of many devices. */
  readonly random: () => number;
  /** Longest wait of a long poll, ms. */
  readonly wait_ms?: number;
}

const pageLimit = 200;
const batchLimit = 200;
const status_interval_ms = 10_000;
/** Changes that come closer together share a status. */
const statusSpacing_ms = 500;
/** A push that wakes for nothing looks again after this long; so does one whose events are quarantined. */
const pushIdle_ms = 30_000;
/** A central that does not wait as it was asked to is not asked more often than this. */
const pullSpacing_ms = 1_000;

/** Runs three loops until stopped: pull the gallery, push the outbox, report the status. */
export function createSync({ client, store, clock, log, random, wait_ms = 25_000 }: SyncNeeds): Sync {
  let abort = new AbortController();
  let poll = new AbortController();
  let adopted = false;
  let running: Promise<unknown> = Promise.resolve();
  let provideStatus: (() => DeviceStatus) | undefined;
  const networkListeners = new Set<(state: NetworkState) => void>();
  const settingsListeners = new Set<(settings: DeviceSettings) => void>();
  const results = createResultBoard(clock);
  const pushBell = createBell(clock);
  const statusBell = createBell(clock);
  const loops = createLoops({
    clock,
    log,
    random,
    onNetworkChange(network) {
      if (network === 'online') statusBell.ring();
      for (const listener of networkListeners) listener(network);
    },
    onUnreachable(loop) {
      // The long poll may hang on a connection that is dead without knowing it.
      if (loop !== 'pull') poll.abort();
    },
  });

  /** Before the first request, and in the loops, so that a full disk is retried like any failure. */
  const adopt = (): void => {
    if (!adopted) store.adopt(client.deviceId);
    adopted = true;
  };

  const pull = async ({ signal, heard }: LoopControl): Promise<boolean> => {
    adopt();
    const { revision, settingsHash } = store.position();
    const asked_ms = clock.monotonic_ms();
    poll = new AbortController();
    const stop = (): void => poll.abort();
    signal.addEventListener('abort', stop, { once: true });
    const query = {
      after: revision,
      wait_ms: loops.health('pull') === 'ok' ? wait_ms : 0,
      limit: pageLimit,
      ...(settingsHash === undefined ? {} : { settings: settingsHash }),
    };
    const page = await client
      .changes(query, poll.signal)
      .finally(() => signal.removeEventListener('abort', stop));
    heard();
    store.applyPage(page);
    const news = page.settingsHash !== settingsHash;
    if (page.changes.length > 0) {
      pushBell.ring();
      statusBell.ring();
    }
    if (news) for (const listener of settingsListeners) listener(page.settings);
    const early_ms = asked_ms + pullSpacing_ms - clock.monotonic_ms();
    const isIdle = !news && page.changes.length === 0 && store.position().revision === revision;
    if (isIdle && query.wait_ms > 0 && early_ms > 0) await clock.sleep(early_ms, signal);
    return !page.more;
  };

  const push = async ({ signal, heard }: LoopControl): Promise<boolean> => {
    adopt();
    const events = store.outbox.next(batchLimit);
    const [first] = events;
    if (!first) {
      await pushBell.wait(pushIdle_ms, signal);
      return true;
    }
    const answer = await client.push(events, signal).catch(error => {
      if (!sendsAgain(error, first.sequence)) throw error;
    });
    heard();
    if (!answer) return false;
    store.outbox.settle(answer.results);
    for (const result of answer.results) results.put(result);
    statusBell.ring();
    const stuck = answer.results.find(result => result.outcome === 'quarantined');
    if (stuck) {
      log.error({ sequence: stuck.sequence, code: stuck.code }, 'central quarantined events of this device');
      await clock.sleep(pushIdle_ms, signal);
    }
    return true;
  };
  /** Central was set back to an older state: what it had acknowledged since then is sent again. */
  const sendsAgain = (error: unknown, sequence: number): boolean => {
    if (!(error instanceof Refusal) || error.code !== 'sequence_gap') return false;
    const expected = Number(error.params.expected);
    if (!Number.isInteger(expected) || expected >= sequence || !store.requeueFrom(expected)) return false;
    log.warn({ expected }, 'central has lost events and gets them again');
    return true;
  };

  const report = async ({ signal, heard }: LoopControl): Promise<boolean> => {
    if (provideStatus) {
      await client.status(provideStatus(), signal);
      heard();
    }
    await clock.sleep(statusSpacing_ms, signal);
    await statusBell.wait(status_interval_ms - statusSpacing_ms, signal);
    return true;
  };

  /** Undefined when central did not answer; its refusals are thrown as coded errors. */
  const unlessSilent = async <T>(answer: Promise<T>, path: string): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) throw asCodedError(error, path);
      log.warn({ error: String(asCodedError(error, path)) }, 'central did not answer the till');
      statusBell.ring();
      return undefined;
    }
  };

  return {
    get network() {
      return loops.network;
    },
    start() {
      abort = new AbortController();
      const { signal } = abort;
      running = Promise.all([
        loops.run('pull', signal, pull),
        loops.run('push', signal, push),
        loops.run('status', signal, report),
      ]);
    },
    wake() {
      pushBell.ring();
      statusBell.ring();
    },
    resultOf: (eventId, timeout_ms) => results.of(eventId, timeout_ms, abort.signal),
    authorise: (request, timeout_ms) =>
      unlessSilent(client.authorise(request, timeout_ms, abort.signal), '/device/v1/payments/authorise'),
    release: (orderId, timeout_ms) =>
      unlessSilent(client.release(orderId, timeout_ms, abort.signal), '/device/v1/payments/release'),
    onStatus(provide) {
      provideStatus = provide;
    },
    onNetworkChange(listener) {
      networkListeners.add(listener);
    },
    onSettingsChange(listener) {
      settingsListeners.add(listener);
    },
    async stop() {
      abort.abort();
      await running;
    },
  };
}
