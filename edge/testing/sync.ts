import type { AuthoriseRequest, AuthoriseResponse, EventResult } from '../../protocol/index.js';
import type { NetworkState, Sync } from '../contracts.js';

export interface FakeSync extends Sync {
  network: NetworkState;
  /** What central answers; undefined: nothing in time. */
  answer: (request: AuthoriseRequest) => Promise<AuthoriseResponse | undefined>;
  /** Whether central hears releases. */
  hearsReleases: boolean;
  readonly asked: readonly AuthoriseRequest[];
  readonly released: readonly string[];
  readonly wakes: number;
  readonly running: boolean;
  /** Central has taken the event. */
  settle(result: EventResult): void;
  /** Tells listeners of another state of the network. */
  setNetwork(state: NetworkState): void;
}

/** Central as a till sees it, without a network. Authorises everything, with 87.50 left, until told otherwise. */
export function createFakeSync(): FakeSync {
  const asked: AuthoriseRequest[] = [];
  const released: string[] = [];
  const waiting = new Map<string, (result: EventResult) => void>();
  const listeners = new Set<(state: NetworkState) => void>();
  let wakes = 0;
  let running = false;
  return {
    network: 'online',
    answer: async ({ orderId }) => ({ kind: 'authorised', orderId, balanceAfter_minor: 8_750 }),
    hearsReleases: true,
    asked,
    released,
    get wakes() {
      return wakes;
    },
    get running() {
      return running;
    },
    start() {
      running = true;
    },
    async stop() {
      running = false;
    },
    wake() {
      wakes++;
    },
    resultOf: eventId => new Promise(resolve => waiting.set(eventId, resolve)),
    authorise(request) {
      asked.push(request);
      return this.answer(request);
    },
    async release(orderId) {
      if (!this.hearsReleases) return undefined;
      released.push(orderId);
      return { orderId, outcome: 'released' };
    },
    onStatus() {},
    onNetworkChange(listener) {
      listeners.add(listener);
    },
    onSettingsChange() {},
    settle(result) {
      waiting.get(result.id)?.(result);
    },
    setNetwork(state) {
      this.network = state;
      for (const listener of listeners) listener(state);
    },
  };
}
