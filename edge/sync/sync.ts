import type { DeviceSettings, DeviceStatus, EventResult } from '../../protocol/index.js';
import type { Clock, Log, NetworkState, Sync } from '../contracts.js';
import type { OpenStore } from '../store/index.js';
import { asCodedError, type Client } from './client.js';
import { Refusal } from './http.js';

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
const batchLimit = 100;
const status_interval_ms = 10_000;
const retryFirst_ms = 500;
const retryMost_ms = 15_000;
/** A push that wakes for nothing looks again after this long. */
const pushIdle_ms = 30_000;
const rememberedResults = 1_000;

/** Runs three loops until stopped: pull the gallery, push the outbox, report the status. */
export function createSync({ client, store, clock, log, random, wait_ms = 25_000 }: SyncNeeds): Sync {
  let network: NetworkState = 'offline';
  let abort = new AbortController();
  let loops: Promise<unknown> = Promise.resolve();
  let provideStatus: (() => DeviceStatus) | undefined;
  const networkListeners = new Set<(state: NetworkState) => void>();
  const settingsListeners = new Set<(settings: DeviceSettings) => void>();
  const results = createResultBoard();
  const push = createBell();
  const status = createBell();

  const setNetwork = (next: NetworkState): void => {
    if (next === network) return;
    network = next;
    log.info({ network }, 'network state changed');
    for (const listener of networkListeners) listener(network);
    if (network === 'online') {
      push.ring();
      status.ring();
    }
  };
  const failed = (error: unknown, what: string): void => {
    if (abort.signal.aborted) return;
    const revoked =
      error instanceof Refusal && (error.code === 'device_revoked' || error.code === 'device_unknown');
    setNetwork(revoked ? 'unpaired' : 'offline');
    log.warn({ error: String(asCodedError(error, what)), what }, 'central did not take or give');
  };

  /** Repeats `work` until stopped; pauses grow while it fails. `work` waits by itself for its next occasion. */
  const loop = async (what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const { signal } = abort;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await work(signal);
        failures = 0;
      } catch (error) {
        failed(error, what);
        failures++;
        const pause_ms = Math.min(retryMost_ms, retryFirst_ms * 2 ** Math.min(failures - 1, 10));
        await clock.sleep(pause_ms * (0.5 + random() / 2), signal);
      }
    }
  };

  const pullOnce = async (signal: AbortSignal): Promise<void> => {
    const { revision, settingsHash } = store.position();
    const query = { after: revision, wait_ms: network === 'online' ? wait_ms : 0, limit: pageLimit };
    const page = await client.changes(
      { ...query, ...(settingsHash ? { settings: settingsHash } : {}) },
      signal,
    );
    setNetwork('online');
    const news = page.settingsHash !== settingsHash;
    store.applyPage(page);
    if (page.changes.length > 0) {
      push.ring();
      status.ring();
    }
    if (news) for (const listener of settingsListeners) listener(page.settings);
  };

  const pushOnce = async (signal: AbortSignal): Promise<void> => {
    const events = store.outbox.next(batchLimit);
    if (events.length === 0) {
      await push.wait(clock, pushIdle_ms, signal);
      return;
    }
    const answer = await client.push(events, signal);
    setNetwork('online');
    store.outbox.settle(answer.results);
    for (const result of answer.results) results.put(result);
    status.ring();
    const stuck = answer.results.find(result => result.outcome === 'quarantined');
    if (stuck || answer.results.length === 0) {
      log.error(
        { sequence: stuck?.sequence, code: stuck?.code },
        'central quarantined events of this device',
      );
      await push.wait(clock, pushIdle_ms, signal);
    }
  };

  const statusOnce = async (signal: AbortSignal): Promise<void> => {
    if (provideStatus) await client.status(provideStatus(), signal);
    setNetwork('online');
    await status.wait(clock, status_interval_ms, signal);
  };

  return {
    get network() {
      return network;
    },
    start() {
      abort = new AbortController();
      loops = Promise.all([loop('pull', pullOnce), loop('push', pushOnce), loop('status', statusOnce)]);
    },
    wake() {
      push.ring();
      status.ring();
    },
    resultOf: (eventId, timeout_ms) => results.of(eventId, timeout_ms, clock),
    authorise: (request, timeout_ms) =>
      unlessSilent(client.authorise(request, timeout_ms), '/device/v1/payments/authorise'),
    release: (orderId, timeout_ms) =>
      unlessSilent(client.release(orderId, timeout_ms), '/device/v1/payments/release'),
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
      await loops;
    },
  };
}

/** Undefined when central did not answer; its refusals are thrown as coded errors. */
async function unlessSilent<T>(answer: Promise<T>, path: string): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) throw asCodedError(error, path);
    return undefined;
  }
}

/** Something to wait for that others ring; a ring while nobody waits is not lost. */
function createBell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring(): void {
      rung = true;
      wake?.();
    },
    async wait(clock: Clock, timeout_ms: number, signal: AbortSignal): Promise<void> {
      if (!rung && !signal.aborted) {
        const cancel = new AbortController();
        const ringing = new Promise<void>(resolve => {
          wake = resolve;
        });
        await Promise.race([ringing, clock.sleep(timeout_ms, AbortSignal.any([signal, cancel.signal]))]);
        cancel.abort();
        wake = undefined;
      }
      rung = false;
    },
  };
}

/** The latest results by event, for those who wait for one. */
function createResultBoard() {
  const known = new Map<string, EventResult>();
  const waiting = new Map<string, (result: EventResult) => void>();
  return {
    put(result: EventResult): void {
      known.set(result.id, result);
      for (const [oldest] of known) {
        if (known.size <= rememberedResults) break;
        known.delete(oldest);
      }
      waiting.get(result.id)?.(result);
    },
    async of(eventId: string, timeout_ms: number, clock: Clock): Promise<EventResult | undefined> {
      const already = known.get(eventId);
      if (already) return already;
      const cancel = new AbortController();
      const arrival = new Promise<EventResult>(resolve => waiting.set(eventId, resolve));
      const result = await Promise.race([
        arrival,
        clock.sleep(timeout_ms, cancel.signal).then(() => undefined),
      ]);
      cancel.abort();
      waiting.delete(eventId);
      return result;
    },
  };
}
