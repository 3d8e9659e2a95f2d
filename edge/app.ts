import type { DeviceKind, DeviceStatus, GateScreen, ScreenState, TillScreen } from '../protocol/index.js';
import type { Face, ImageAnalysis, Vision } from '../vision/index.js';
import type { Door } from './access/index.js';
import { createCashier } from './cashier.js';
import type { CameraFeed, Clock, DemoDirector, Frame, Gallery, Log, Sync } from './contracts.js';
import { createGate } from './gate.js';
import { createMetrics } from './metrics.js';
import type { OpenStore } from './store/index.js';
import { decideApproach, hintFor, type LivenessPolicy, type Track, updateTracks } from './vision/index.js';

export interface EdgeNeeds {
  readonly kind: DeviceKind;
  readonly feed: CameraFeed;
  readonly director?: DemoDirector;
  readonly vision: Vision;
  readonly gallery: Gallery;
  readonly store: OpenStore;
  readonly sync: Sync;
  readonly door: Door;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly newId: () => string;
  readonly log: Log;
  readonly liveness: { readonly door: LivenessPolicy; readonly payment: LivenessPolicy };
  readonly softwareVersion: string;
}

/** A second face at least this large, by side, beside the one in front makes it unclear who pays. */
const notable = 0.7;
const tick_ms = 500;
/** Where no settings have come yet, the strictest rate that anybody would set. */
const cautiousFpir = 0.0001;

/** The device's loop: newest frame → faces → tracks → verdicts → gate or till. */
export function createEdge(needs: EdgeNeeds) {
  const { kind, feed, vision, gallery, store, sync, clock, log, director } = needs;
  const metrics = createMetrics();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let lastOnline_ms: number | undefined;
  let tracks: readonly Track[] = [];
  let nextTrack = 1;
  const decided = new Set<number>();
  let view: { readonly faces: readonly Face[]; readonly width: number; readonly height: number } | undefined;
  let disk: 'ok' | 'full' = 'ok';

  const shared = { gallery, sync, clock, clockTrusted: needs.clockTrusted, log, metrics, onChange: changed };
  const gate = createGate({ ...shared, store, door: needs.door });
  const cashier = createCashier({
    ...shared,
    store,
    newId: needs.newId,
    offlineFor_ms: () => (lastOnline_ms === undefined ? undefined : clock.monotonic_ms() - lastOnline_ms),
  });

  const policy = () => {
    const settings = store.settings();
    const fpir = (kind === 'gate' ? settings?.gate?.fpir : settings?.till?.fpir) ?? cautiousFpir;
    const liveness = kind === 'gate' ? needs.liveness.door : needs.liveness.payment;
    return { calibration: vision.calibration, fpir, liveness };
  };

  const judge = async (track: Track): Promise<void> => {
    const verdict = decideApproach(track, gallery, policy(), clock.monotonic_ms());
    if (verdict.kind === 'pending') return;
    decided.add(track.id);
    if (kind === 'gate') await gate.decided(track, verdict);
    else cashier.decided(verdict);
  };

  const serveTill = async (): Promise<void> => {
    const visible = tracks.filter(track => track.lastSeen_ms === newestSeen(tracks));
    const front = inFront(visible);
    if (!front) {
      if (tracks.length === 0) cashier.gone();
      return;
    }
    const crowded = visible.some(track => track !== front && side(track) >= notable * side(front));
    if (cashier.wantsDiner && crowded) cashier.severalFaces();
    else if (cashier.wantsDiner || cashier.dinerId !== undefined) await judge(front);
  };

  const takeFrame = async (frame: Frame): Promise<void> => {
    const undecided = tracks.some(track => !decided.has(track.id)) || tracks.length === 0;
    const wanted = kind === 'gate' ? undecided : cashier.wantsDiner || cashier.dinerId !== undefined;
    let analysis: ImageAnalysis;
    try {
      analysis = await vision.analyse(
        { bytes: frame.jpeg },
        { embed: wanted, liveness: wanted, maxFaces: 4 },
      );
    } catch (error) {
      metrics.count('frames_lost');
      log.warn({ error: String(error) }, 'a frame could not be analysed');
      return;
    }
    metrics.count('frames');
    metrics.observe('frame_age', clock.monotonic_ms() - frame.capturedAt_ms);
    const examined = analysis.faces.filter(face => face.landmarks.length > 0);
    const update = updateTracks(tracks, examined, clock.monotonic_ms(), nextTrack);
    tracks = update.tracks;
    nextTrack = update.nextId;
    for (const track of update.ended) decided.delete(track.id);
    view = { faces: examined, width: analysis.width, height: analysis.height };
    if (kind === 'till') await serveTill();
    else for (const track of tracks) if (!decided.has(track.id)) await judge(track);
    changed();
  };

  const loop = async (signal: AbortSignal): Promise<void> => {
    for await (const frame of feed.frames(signal)) await takeFrame(frame);
  };
  const ticking = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      if (sync.network === 'online') lastOnline_ms = clock.monotonic_ms();
      if (kind === 'till') cashier.tick();
      if (feed.state.kind !== 'ok') view = undefined;
      changed();
      await clock.sleep(tick_ms, signal);
    }
  };

  const screen = (): ScreenState => {
    const common = {
      ...commonScreen({ needs, view, disk }),
      ...(director ? { demo: { actors: director.actors, current: director.current } } : {}),
    };
    if (kind === 'gate') {
      const looking = tracks.some(track => !decided.has(track.id));
      return { kind: 'gate', ...common, phase: gate.phase(looking) } satisfies GateScreen;
    }
    const settings = store.settings()?.till;
    return {
      kind: 'till',
      ...common,
      currency: settings?.currency ?? 'CNY',
      perMealLimit_minor: settings?.perMealLimit_minor ?? 0,
      phase: cashier.phase,
    } satisfies TillScreen;
  };

  const status = (): DeviceStatus => {
    disk = store.writable() ? 'ok' : 'full';
    return {
      softwareVersion: needs.softwareVersion,
      packId: vision.packId,
      camera: feed.state.kind,
      ...(kind === 'gate' ? { door: needs.door.state } : {}),
      disk,
      galleryRevision: gallery.revision,
      galleryDigest: store.digest(),
      galleryPersons: gallery.persons,
      outboxDepth: store.outbox.depth(),
      lastSequence: store.outbox.lastSequence(),
      memory_bytes: process.memoryUsage.rss(),
    };
  };

  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  return {
    screen,
    cashier,
    metrics: () =>
      metrics.text({
        memory_bytes: process.memoryUsage.rss(),
        gallery_persons: gallery.persons,
        outbox_depth: store.outbox.depth(),
      }),
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(): void {
      sync.onStatus(status);
      sync.onNetworkChange(changed);
      feed.onStateChange(() => {
        sync.wake();
        changed();
      });
      if (kind === 'till') cashier.recover();
      sync.start();
      running = Promise.all([loop(stopping.signal), ticking(stopping.signal)]);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
      await sync.stop();
    },
  };
}

const side = (track: Track): number => Math.sqrt(track.face.box.width * track.face.box.height);

const newestSeen = (tracks: readonly Track[]): number =>
  Math.max(0, ...tracks.map(track => track.lastSeen_ms));

/** The largest face is the nearest one. */
function inFront(tracks: readonly Track[]): Track | undefined {
  return [...tracks].sort((a, b) => side(b) - side(a))[0];
}

function commonScreen(options: {
  readonly needs: EdgeNeeds;
  readonly view:
    | { readonly faces: readonly Face[]; readonly width: number; readonly height: number }
    | undefined;
  readonly disk: 'ok' | 'full';
}) {
  const { needs, view, disk } = options;
  const { feed, store, sync, gallery, clock } = needs;
  const settings = store.settings();
  const face = view?.faces[0];
  const hint = face ? hintFor(face) : undefined;
  return {
    campus: settings?.campus ?? '',
    place: settings?.gate?.accessPoint.name ?? settings?.till?.till.name ?? '',
    camera: feed.state.kind,
    ...(feed.state.kind === 'lost'
      ? { cameraError: { code: feed.state.code, en: feed.state.en, zh: feed.state.zh } }
      : {}),
    network: sync.network,
    outboxDepth: store.outbox.depth(),
    galleryPersons: gallery.persons,
    disk,
    ...(view && face ? { faceBox: inFractions(face, view) } : {}),
    ...(hint ? { hint } : {}),
    now: new Date(clock.now_ms()).toISOString(),
  };
}

function inFractions({ box }: Face, { width, height }: { width: number; height: number }) {
  return { x: box.x / width, y: box.y / height, width: box.width / width, height: box.height / height };
}
