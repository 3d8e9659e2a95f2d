import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadPack } from '../models/index.js';
import { newId } from '../protocol/index.js';
import { createVisionWorker } from '../vision/index.js';
import {
  createDoor,
  createOnoffRelay,
  createSimulatedRelay,
  guardRelay,
  type SafeRelay,
} from './access/index.js';
import { createCameraFeed, parseCameraSpec } from './camera/index.js';
import type { EdgeConfig } from './config.js';
import type { Clock, Log } from './contracts.js';
import { edgeErrors } from './errors.js';
import { createGallery } from './gallery/index.js';
import type { Metrics } from './metrics.js';
import { openStore } from './store/index.js';
import { createTimekeeping } from './timekeeping.js';

export interface PartsNeeds {
  readonly config: EdgeConfig;
  /** The data folder's absolute path. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Remembers what has to be closed, in the opposite order of the opening. */
  readonly onClose: (close: () => unknown) => void;
}

export type Parts = Awaited<ReturnType<typeof openParts>>;

/**
 * Opens what a device works with, whoever it is. The door first, so that it is locked whatever fails afterwards.
 * Errors: liveness_missing, gpio_unavailable, relay_failed, camera_spec_invalid, and those of the pack and the store.
 */
export async function openParts({ config, folder, clock, log, metrics, onClose }: PartsNeeds) {
  const relay = await openRelay(config);
  onClose(guardRelay(relay, process));
  const door = await createDoor({ relay, clock, log });
  onClose(() => door.close());

  requireLivenessModels(config);
  const { source, director } = parseCameraSpec(config.camera, clock);
  const vision = await createVisionWorker({
    pack: config.pack,
    onWorkerLost(error) {
      log.error({ error: String(error) }, 'the vision worker was replaced');
      metrics.count('vision_workers_lost');
    },
  });
  onClose(() => vision.close());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const gallery = createGallery({ packId: vision.packId, dimension: vision.dimension });
  const timekeeping = createTimekeeping({ path: join(folder, 'last-heard'), clock });
  const { clockTrusted } = timekeeping;
  const store = openStore({ folder, clock, newId, bootId: newId(), clockTrusted, gallery, log });
  onClose(() => store.close());
  const feed = createCameraFeed({ source, clock, log });
  onClose(() => feed.close());
  const camera = source.description;
  return { door, vision, gallery, timekeeping, store, feed, camera, ...(director && { director }) };
}

async function openRelay({ relay }: EdgeConfig): Promise<SafeRelay> {
  return relay.driver === 'onoff' ? createOnoffRelay(relay) : createSimulatedRelay();
}

/** A policy that no face can pass would look like a broken camera. */
function requireLivenessModels({ pack, liveness }: EdgeConfig): void {
  if (loadPack(pack).nets.liveness) return;
  for (const purpose of ['door', 'payment'] as const) {
    if (liveness[purpose].required) throw edgeErrors.liveness_missing({ purpose, pack });
  }
}
