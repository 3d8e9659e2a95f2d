import { type DeviceKind, type DeviceStatus, PorterError, type ScreenState } from '../protocol/index.js';
import type { Vision } from '../vision/index.js';
import { createDrill, createGate, type Door } from './access/index.js';
import type { CameraFeed, Clock, DemoDirector, Gallery, Log, Sync } from './contracts.js';
import type { Metrics } from './metrics.js';
import {
  type CashierPolicy,
  type Charge,
  createCashier,
  createCounter,
  paymentErrors,
  pricesAt,
} from './payment/index.js';
import type { Receipts } from './printer/index.js';
import { commonScreen } from './screen-state.js';
import { type OpenStore, storeErrors } from './store/index.js';
import { createObserver, type LivenessPolicy, type Sighting } from './vision/index.js';

export interface EdgeNeeds {
  readonly kind: DeviceKind;
  readonly feed: CameraFeed;
  /** Only of the demo camera. */
  readonly director?: DemoDirector;
  readonly vision: Vision;
  readonly gallery: Gallery;
  readonly store: OpenStore;
  readonly sync: Sync;
  readonly door: Door;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  /** ms since central was last heard; Infinity when that is not known. */
  readonly offlineFor_ms: () => number;
  readonly newId: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly liveness: { readonly door: LivenessPolicy; readonly payment: LivenessPolicy };
  readonly till: CashierPolicy;
  /** Prints what was paid; absent: no printer. */
  readonly receipts?: Receipts;
  readonly softwareVersion: string;
  /** Called whenever the screen may have changed. */
  readonly onChange: () => void;
}

export type Edge = ReturnType<typeof createEdge>;

const tick_ms = 250;
const disk_interval_ms = 10_000;
const digest_interval_ms = 60_000;
/** A refused reading is told so long. */
const notice_ms = 6_000;
/** After a frame that vision could not take; a worker needs a moment to be replaced. */
const afterFailure_ms = 200;
/** A gate may decide on several people at once; a till looks at two to know whether one is in front. */
const maxFaces = { gate: 4, till: 2 } as const;

/** The device's loop: newest frame → faces → tracks → verdicts → gate or till → screen. */
export function createEdge(needs: EdgeNeeds) {
  const { kind, feed, vision, gallery, store, sync, door, clock, log, metrics, onChange } = needs;
  const stopping = new AbortController();
  const settings = () => store.settings();
  const disk = createDiskWatch(store, clock);
  const digest = createDigestMemory(store, gallery, clock);
  let sighting: Sighting | undefined;
  let notice: { readonly en: string; readonly zh: string; readonly until_ms: number } | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const observer = createObserver({
    vision,
    gallery,
    maxFaces: maxFaces[kind],
    restWhenSettled: kind === 'gate',
    policy: () => {
      const fpir = kind === 'gate' ? settings()?.gate?.fpir : settings()?.till?.fpir;
      const liveness = kind === 'gate' ? needs.liveness.door : needs.liveness.payment;
      return fpir === undefined ? undefined : { fpir, liveness };
    },
  });
  const gate = createGate({ ...needs, settings: () => settings()?.gate });
  const drill = createDrill({
    ...needs,
    settings: () => settings()?.gate,
    policy: needs.liveness.door,
  });
  const counter = createCounter({
    ...needs,
    settings: () => settings()?.till,
    requireDisk: disk.require,
    onPaid({ orderId, amount_minor, currency, mode, confirmedAt, lines }, displayName) {
      const rules = settings();
      needs.receipts?.print({
        ...{ campus: rules?.campus ?? '', till: rules?.till?.till.name ?? '', orderId, displayName },
        ...{ amount_minor, currency, mode, paidAt: confirmedAt, timeZone: rules?.till?.timeZone ?? 'UTC' },
        ...(lines && { lines }),
      });
    },
  });
  const cashier = createCashier({
    ...needs,
    settings: () => settings()?.till,
    policy: needs.till,
    isBusy: () => !['idle', 'paid', 'declined', 'cancelled'].includes(counter.phase().name),
  });

  /** In a drill nobody is decided on, and the door stays shut. */
  const atGate = async (sighting: Sighting): Promise<void> => {
    const inDrill = drill.running;
    drill.seen(sighting);
    if (!inDrill) await gate.seen(sighting);
  };
  const frames = async (): Promise<void> => {
    let failures = 0;
    for await (const frame of feed.frames(stopping.signal)) {
      try {
        sighting = await observer.observe(frame);
        metrics.count('frames');
        metrics.observe('frame_age', clock.monotonic_ms() - frame.capturedAt_ms);
        if (kind === 'till') counter.seen(sighting);
        else await atGate(sighting);
        failures = 0;
      } catch (error) {
        metrics.count('frames_failed');
        if (failures++ === 0) log.error({ error: String(error) }, 'a frame could not be looked at');
        await clock.sleep(afterFailure_ms, stopping.signal);
      }
      onChange();
    }
  };
  const ticks = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      disk.tick();
      if (kind === 'gate') gate.tick();
      else counter.tick();
      onChange();
      await clock.sleep(tick_ms, stopping.signal);
    }
  };
  const status = (): DeviceStatus => ({
    softwareVersion: needs.softwareVersion,
    packId: vision.packId,
    camera: feed.state.kind,
    ...(kind === 'gate' && { door: door.state }),
    disk: disk.state,
    galleryRevision: gallery.revision,
    galleryDigest: digest(),
    galleryPersons: gallery.persons,
    outboxDepth: store.outbox.depth(),
    lastSequence: store.outbox.lastSequence(),
    memory_bytes: process.memoryUsage.rss(),
  });
  const requireTill = (): void => {
    if (kind !== 'till') throw paymentErrors.not_a_till();
  };
  /** What somebody does at the till's screen. */
  const atTill = <T>(work: () => T): T => {
    requireTill();
    const result = work();
    onChange();
    return result;
  };

  return {
    state(): ScreenState {
      const crowded = kind === 'till' && counter.crowded;
      const common = commonScreen(needs, { sighting, disk: disk.state, crowded });
      if (kind === 'gate') return { kind, ...common, phase: drill.running ? drill.phase() : gate.phase() };
      const rules = settings()?.till;
      const { currency = 'CNY', perMealLimit_minor = 0, pricing } = rules ?? {};
      const prices = rules && pricing && pricesAt(pricing, rules.timeZone, clock.now_ms());
      return {
        ...{ kind, ...common, currency, perMealLimit_minor },
        ...(prices && { prices }),
        ...(notice && clock.monotonic_ms() < notice.until_ms && { notice: { en: notice.en, zh: notice.zh } }),
        ...(needs.receipts && { printer: needs.receipts.state }),
        ...{ book: cashier.book(), phase: counter.phase() },
      };
    },
    /** @throws the errors of Counter.start, shift_required, not_a_till */
    startOrder: (charge: string | Charge): { orderId: string } =>
      atTill(() => {
        cashier.requireShift();
        return counter.start(charge);
      }),
    /** @throws the errors of Counter.confirmWithPin, not_a_till */
    async confirmOrder(orderId: string, amount_minor: number, pin?: string): Promise<void> {
      requireTill();
      await counter.confirmWithPin(orderId, amount_minor, pin);
      onChange();
    },
    /** @throws the errors of Counter.tellApart, not_a_till */
    tellApart: (orderId: string, digits: string) => atTill(() => counter.tellApart(orderId, digits)),
    /** What a reader of the device's own gave: the screen tells why it is refused. */
    readerGave(text: string): void {
      notice = undefined;
      try {
        counter.present(text);
      } catch (error) {
        if (!(error instanceof PorterError)) throw error;
        const until_ms = clock.monotonic_ms() + notice_ms;
        notice = { en: error.messageIn('en'), zh: error.messageIn('zh'), until_ms };
      }
      onChange();
    },
    /** @throws the errors of Counter.present, not_a_till */
    presentCredential: (text: string) => atTill(() => counter.present(text)),
    /** @throws the errors of Counter.presentNumber, not_a_till */
    async presentNumber(orderId: string, studentNumber: string, pin: string): Promise<void> {
      requireTill();
      await counter.presentNumber(orderId, studentNumber, pin);
      onChange();
    },
    /** @throws the errors of Counter.cancel, not_a_till */
    cancelOrder: (orderId: string) => atTill(() => counter.cancel(orderId)),
    /** @throws the errors of Cashier.open, not_a_till */
    openShift: (name: string) => atTill(() => cashier.open(name)),
    /** @throws the errors of Cashier.close, not_a_till */
    closeShift: () => atTill(() => void cashier.close()),
    /** @throws the errors of Cashier.refund, not_a_till */
    refundMeal: (orderId: string) => atTill(() => cashier.refund(orderId)),
    gauges: (): Record<string, number> => ({
      gallery_persons: gallery.persons,
      gallery_revision: gallery.revision,
      outbox_depth: store.outbox.depth(),
      camera_ok: Number(feed.state.kind === 'ok'),
      door_ok: Number(door.state === 'ok'),
      disk_ok: Number(disk.state === 'ok'),
      online: Number(sync.network === 'online'),
    }),
    start(): void {
      sync.onStatus(status);
      sync.onNetworkChange(onChange);
      sync.onSettingsChange(onChange);
      feed.onStateChange(() => {
        sync.wake();
        onChange();
      });
      if (kind === 'till') counter.recover();
      sync.start();
      running = Promise.all([frames(), ticks()]);
    },
    /** Ends the loops and the synchronisation; what was given in stays the caller's to close. */
    async stop(): Promise<void> {
      stopping.abort();
      await running;
      await sync.stop();
    },
  };
}

/** Finds out by writing whether the disk takes writes. */
function createDiskWatch(store: Pick<OpenStore, 'writable'>, clock: Clock) {
  let state: 'ok' | 'full' = 'ok';
  let next_ms = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    state = store.writable() ? 'ok' : 'full';
    next_ms = clock.monotonic_ms() + disk_interval_ms;
  };
  return {
    get state() {
      return state;
    },
    tick(): void {
      if (clock.monotonic_ms() >= next_ms) look();
    },
    /** @throws disk_full */
    require(): void {
      look();
      if (state === 'full') throw storeErrors.disk_full();
    },
  };
}

/** The gallery's digest, computed again when the gallery has changed, and now and then in any case. */
function createDigestMemory(
  store: Pick<OpenStore, 'digest'>,
  gallery: Pick<Gallery, 'revision'>,
  clock: Clock,
) {
  let known: { readonly revision: number; readonly at_ms: number; readonly digest: string } | undefined;
  return (): string => {
    const { revision } = gallery;
    const at_ms = clock.monotonic_ms();
    if (known?.revision !== revision || at_ms - known.at_ms >= digest_interval_ms) {
      known = { revision, at_ms, digest: store.digest() };
    }
    return known.digest;
  };
}
