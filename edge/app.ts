import type { DeviceKind, DeviceStatus, ScreenState } from '../protocol/index.js';
import type { Vision } from '../vision/index.js';
import { createDrill, createGate, type Door } from './access/index.js';
import type { CameraFeed, Clock, DemoDirector, Gallery, Log, Sync } from './contracts.js';
import type { Metrics } from './metrics.js';
import type { CashierPolicy } from './payment/index.js';
import type { Receipts } from './printer/index.js';
import { commonScreen } from './screen-state.js';
import type { OpenStore } from './store/index.js';
import { createTillDevice } from './till-device.js';
import { createObserver, type LivenessPolicy, type Sighting } from './vision/index.js';
import { createDigestMemory, createDiskWatch } from './watches.js';

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
  const till = createTillDevice({ ...needs, settings, requireDisk: disk.require });

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
        if (kind === 'till') till.seen(sighting);
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
      else till.tick();
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
  return {
    state(): ScreenState {
      const crowded = kind === 'till' && till.crowded;
      const common = commonScreen(needs, { sighting, disk: disk.state, crowded });
      return kind === 'gate'
        ? { kind, ...common, phase: drill.running ? drill.phase() : gate.phase() }
        : { kind, ...common, ...till.screen() };
    },
    ...till.actions,
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
      if (kind === 'till') till.recover();
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
