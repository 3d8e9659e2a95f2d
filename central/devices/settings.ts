import { contentHash, type DeviceSettings, type PinVerifier, type Pricing } from '../../protocol/index.js';
import type { CentralConfig } from '../config.js';
import type { Db } from '../db/index.js';
import { runningDrill } from '../drill/index.js';
import { deviceErrors } from './errors.js';
import type { SigningDevice } from './request.js';

/** What central tells a device about itself, with the hash by which the device knows whether it is news. */
export async function settingsOf(
  db: Db,
  config: CentralConfig,
  device: SigningDevice,
  now: Date,
): Promise<{ settings: DeviceSettings; settingsHash: string }> {
  const settings: DeviceSettings =
    device.kind === 'gate'
      ? await gateSettings(db, config, device, now)
      : await tillSettings(db, config, device);
  return { settings, settingsHash: contentHash(settings) };
}

async function gateSettings(
  db: Db,
  config: CentralConfig,
  device: SigningDevice,
  now: Date,
): Promise<DeviceSettings> {
  const accessPoint = await db
    .selectFrom('access_point')
    .select(['id', 'name', 'direction'])
    .where('id', '=', device.placeId)
    .executeTakeFirst();
  if (!accessPoint) throw deviceErrors.place_not_found();
  const drill = await runningDrill(db, device.id, now);
  return {
    gate: {
      accessPoint,
      fpir: config.door.fpir,
      relayPulse_ms: config.door.relayPulse_ms,
      timeZone: config.timeZone,
      ...(drill && { drill }),
    },
    campus: config.campus,
  };
}

async function tillSettings(db: Db, config: CentralConfig, device: SigningDevice): Promise<DeviceSettings> {
  const till = await db
    .selectFrom('till')
    .select(['id', 'name', 'canteen', 'per_meal_limit_minor', 'pricing'])
    .where('id', '=', device.placeId)
    .executeTakeFirst();
  if (!till) throw deviceErrors.place_not_found();
  const cashiers = await db
    .selectFrom('cashier')
    .select(['id', 'name', 'pin'])
    .where('canteen', '=', till.canteen)
    .orderBy('name')
    .execute();
  const { fpir, cooldown_s, offline, pinAbove_minor } = config.payment;
  return {
    till: {
      till: { id: till.id, name: till.name, canteen: till.canteen },
      fpir,
      currency: config.currency,
      timeZone: config.timeZone,
      perMealLimit_minor: till.per_meal_limit_minor,
      cooldown_s,
      ...(pinAbove_minor === undefined ? {} : { pinAbove_minor }),
      offline: { ...offline },
      ...(cashiers.length > 0 && {
        cashiers: cashiers.map(({ id, name, pin }) => ({
          ...{ cashierId: id, name, pin: JSON.parse(pin) as PinVerifier },
        })),
      }),
      ...(till.pricing === null ? {} : { pricing: JSON.parse(till.pricing) as Pricing }),
    },
    campus: config.campus,
  };
}
