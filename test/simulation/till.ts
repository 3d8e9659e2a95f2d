import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Log, Sync } from '../../edge/contracts.js';
import { createMetrics } from '../../edge/metrics.js';
import { type Cashier, type Counter, createCashier, createCounter } from '../../edge/payment/index.js';
import { type OpenStore, openStore, storeErrors } from '../../edge/store/index.js';
import { createClient, createSync } from '../../edge/sync/index.js';
import { sightingAt } from '../../edge/testing/sightings.js';
import { createTimekeeping } from '../../edge/timekeeping.js';
import type { Sighting } from '../../edge/vision/index.js';
import {
  createIdSource,
  type DeviceStatus,
  type Evidence,
  type GalleryPerson,
  hasNothingUnderWay,
  type TillScreen,
} from '../../protocol/index.js';
import type { Campus, SimulatedTill } from './campus.js';
import type { SimulatedCentral } from './central.js';
import { createDisk, type Disk, Gone, type Life } from './disk.js';
import type { Mutation } from './mutations.js';
import { createFetch, goodLink, type Link } from './network.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';

/** One till: its disk and its way to central outlive its processes. */
export interface TillHost {
  readonly till: SimulatedTill;
  readonly disk: Disk;
  readonly link: Link;
  /** Added to the true time by its wall clock. */
  offset_ms: number;
  /** Undefined while no process runs. */
  readonly running: RunningTill | undefined;
  /** Since central was last heard, by the true time. */
  readonly heardAt_ms: number;
  boot(): void;
  kill(): void;
}

export interface RunningTill {
  readonly life: Life;
  readonly counter: Counter;
  readonly cashier: Cashier;
  readonly store: OpenStore;
  readonly startedAt_ms: number;
  /** A frame of the camera with this person in front. */
  see(personId: string | undefined): void;
  phase(): TillScreen['phase'];
}

const evidence: Evidence = {
  ...{ packId: 'fake-32', score: 0.8, margin: 0.5, threshold: 0.5, quality: 0.9, liveness: 0.9 },
  ...{ galleryRevision: 1, galleryPersons: 6, frames: 3 },
};

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export interface TillHostNeeds {
  readonly campus: Campus;
  readonly till: SimulatedTill;
  readonly central: SimulatedCentral;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly mutation: Mutation;
  /** Tells how the till is; only some do, since each report costs as much as a payment. */
  readonly reports: boolean;
  readonly onAnswer: (path: string, body: unknown) => void;
}

export function createTillHost(needs: TillHostNeeds): TillHost {
  const { campus, till, central, schedule, random, mutation } = needs;
  const heardFile = join(campus.keyFolder, `heard-${till.deviceId}`);
  rmSync(heardFile, { force: true });
  let running: RunningTill | undefined;
  let heardAt_ms = 0;
  const kill = (): void => {
    if (running) running.life.alive = false;
    running = undefined;
  };
  const host: TillHost = {
    ...{ till, link: goodLink(), offset_ms: 0 },
    disk: createDisk({ image: till.image, random, onKill: kill }),
    get running() {
      return running;
    },
    get heardAt_ms() {
      return heardAt_ms;
    },
    kill,
    boot() {
      if (running) return;
      const life: Life = { alive: true };
      // Known before it is ready, so that it can be killed while it starts.
      running = { life } as RunningTill;
      try {
        const started = start(life);
        if (life.alive) running = started;
      } catch (error) {
        running = undefined;
        // A disk that is full at the start ends the process; it is started again.
        if (!(error instanceof Gone) && host.disk.fault === 'none') throw error;
      }
    },
  };

  function start(life: Life): RunningTill {
    const startedAt_ms = schedule.now_ms;
    const clock: Clock = {
      now_ms: () => campus.start_ms + schedule.now_ms + host.offset_ms,
      monotonic_ms: () => schedule.now_ms - startedAt_ms + 1_000,
      sleep: (ms, signal) => sleepOf(schedule, life, ms, signal),
    };
    const newId = createIdSource({ now_ms: clock.now_ms, randomBytes: random.bytes });
    const people = new Map<string, GalleryPerson>();
    const gallery = {
      upsert: (person: GalleryPerson) => void people.set(person.personId, person),
      remove: (personId: string) => void people.delete(personId),
      setRevision: () => {},
      person: (personId: string) => people.get(personId),
      personByCard: (number: string) =>
        [...people.values()].find(person => person.payment?.cards?.includes(number)),
      personByStudentNumber: (number: string) =>
        [...people.values()].find(person => person.studentNumber === number),
    };
    const timekeeping = createTimekeeping({ path: heardFile, clock });
    const { clockTrusted, offlineFor_ms } = timekeeping;
    const file = { folder: campus.keyFolder, open: () => host.disk.open(life) };
    const store = mutation.store(
      openStore({ ...file, clock, newId, bootId: newId(), clockTrusted, gallery }),
      newId,
    );
    const fetch = createFetch({
      ...{ central, schedule, random, link: host.link, life },
      onAnswer(path, body) {
        heardAt_ms = schedule.now_ms;
        needs.onAnswer(path, body);
      },
    });
    const { deviceId, privateKey } = till;
    const identity = {
      deviceId,
      privateKey,
      kind: 'till',
      name: '',
      centralUrl: 'http://central',
      centralPublicKey: '',
    };
    const client = createClient({
      ...{ identity: identity as Parameters<typeof createClient>[0]['identity'] },
      ...{ fetch, clock, newNonce: newId, sleep: clock.sleep },
    });
    const sync: Sync = createSync({ client, store, clock, log: silent, random: random.next });
    timekeeping.follow({ online: () => sync.network === 'online', offset_ms: () => client.offset_ms });
    const shared = {
      ...{ store, sync, gallery, clock, newId },
      settings: () => mutation.settings(store.settings()?.till),
    };
    const counter = createCounter({
      ...shared,
      ...{ clockTrusted, offlineFor_ms, log: silent, metrics: createMetrics() },
      requireDisk() {
        if (!store.writable()) throw storeErrors.disk_full();
      },
    });
    const cashier = createCashier({
      ...shared,
      policy: { requireShift: false, refundWindow_min: 10 },
      isBusy: () => !hasNothingUnderWay(counter.phase()),
    });
    if (needs.reports) sync.onStatus(() => statusOf(store));
    counter.recover();
    sync.start();
    void timekeeping.run(new AbortController().signal);
    return {
      ...{ life, counter, cashier, store, startedAt_ms, phase: counter.phase },
      see: personId => counter.seen(sightingOf(clock, personId)),
    };
  }
  return host;
}

/** Never resolves for a process that is gone. */
function sleepOf(schedule: Schedule, life: Life, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const wake = (): void => {
      signal?.removeEventListener('abort', wake);
      if (life.alive) resolve();
    };
    if (signal?.aborted) return wake();
    signal?.addEventListener('abort', wake, { once: true });
    schedule.at(ms, wake);
  });
}

function sightingOf(clock: Clock, personId: string | undefined): Sighting {
  if (personId === undefined) return sightingAt(clock);
  // A track of its own for each person.
  const track = Number.parseInt(personId.slice(-6), 16);
  return sightingAt(clock, { track, verdict: { kind: 'identified', personId, evidence } });
}

const statusOf = (store: OpenStore): DeviceStatus => ({
  ...{ softwareVersion: '1', packId: 'fake-32', camera: 'ok', disk: 'ok', galleryDigest: store.digest() },
  ...{ galleryRevision: store.position().revision, galleryPersons: 6, memory_bytes: 1 },
  ...{ outboxDepth: store.outbox.depth(), lastSequence: store.outbox.lastSequence() },
});
