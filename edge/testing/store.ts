import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentHash,
  type DeviceSettings,
  type GalleryPerson,
  galleryDigest,
  newId,
  type TillSettings,
} from '../../protocol/index.js';
import type { Clock } from '../contracts.js';
import { type OpenStore, openStore } from '../store/index.js';
import { accessPointId, galleryOf, tillId } from './faces.js';

export const tillSettings: TillSettings = {
  till: { id: tillId, name: 'Till 1', canteen: 'Canteen 1' },
  fpir: 0.001,
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  perMealLimit_minor: 10_000,
  cooldown_s: 600,
  offline: {
    perMealLimit_minor: 3_000,
    perPersonDayLimit_minor: 6_000,
    tillTotalLimit_minor: 50_000,
    maxHours: 24,
  },
};

export const gateSettings: DeviceSettings = {
  campus: 'Test Campus',
  gate: {
    accessPoint: { id: accessPointId, name: 'North 3', direction: 'in' },
    fpir: 0.01,
    relayPulse_ms: 3_000,
    timeZone: 'Asia/Shanghai',
  },
};

/** The real store in a folder of its own, filled as by a first pull. `dispose` closes and deletes it. */
export function openTestStore(options: {
  readonly clock: Clock;
  readonly settings: DeviceSettings;
  readonly people: readonly GalleryPerson[];
  readonly clockTrusted?: () => boolean;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'porter-edge-'));
  const gallery = galleryOf();
  const { clock, clockTrusted = () => true } = options;
  const open = (): OpenStore => openStore({ folder, clock, newId, bootId: newId(), clockTrusted, gallery });
  const store = open();
  store.applyPage({
    purpose: 'door',
    epoch: newId(),
    changes: options.people.map((person, i) => ({
      kind: 'upsert',
      revision: i + 1,
      contentHash: contentHash(person),
      person,
    })),
    revision: options.people.length,
    more: false,
    digest: galleryDigest(
      options.people.map(person => ({ personId: person.personId, contentHash: contentHash(person) })),
    ),
    settings: options.settings,
    settingsHash: contentHash(options.settings),
    serverTime: new Date(clock.now_ms()).toISOString(),
  });
  return {
    store,
    gallery,
    folder,
    dispose(): void {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
