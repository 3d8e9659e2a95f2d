import type { DeviceStatus } from '../../protocol/index.js';
import type { Device, DeviceState } from '../../protocol/staff/index.js';
import type { Clock } from '../clock.js';
import type { Db, DeviceRow } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import { deviceErrors } from './errors.js';

/** A device counts as online that was heard of within this time. */
export const onlineFor_ms = 30_000;

type Row = DeviceRow & { place_name: string | null };

export interface DeviceViews {
  list(): Promise<Device[]>;
  /** Errors: `device_not_found`. */
  find(id: string): Promise<Device>;
}

export function createDeviceViews(needs: { db: Db; clock: Clock; gallery: Gallery }): DeviceViews {
  const { db, clock, gallery } = needs;
  const select = () =>
    db
      .selectFrom('device')
      .leftJoin('access_point', 'access_point.id', 'device.place_id')
      .leftJoin('till', 'till.id', 'device.place_id')
      .selectAll('device')
      .select(eb => eb.fn.coalesce('access_point.name', 'till.name').as('place_name'))
      .orderBy('device.id');
  const view = async (rows: readonly Row[]): Promise<Device[]> => {
    const revisions = { gate: await gallery.revision('door'), till: await gallery.revision('payment') };
    return rows.map(row => toDevice(row, { now: clock.now(), currentRevision: revisions[row.kind] }));
  };
  return {
    list: async () => view(await select().execute()),
    find: async id => {
      const [device] = await view(await select().where('device.id', '=', id).execute());
      if (!device) throw deviceErrors.device_not_found();
      return device;
    },
  };
}

function toDevice(row: Row, context: { now: Date; currentRevision: number }): Device {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    placeId: row.place_id,
    placeName: row.place_name ?? '',
    state: stateOf(row, context.now),
    ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at }),
    ...(row.status === null ? {} : { status: JSON.parse(row.status) as DeviceStatus }),
    currentRevision: context.currentRevision,
    ...(row.digest_matches === null ? {} : { digestMatches: row.digest_matches === 1 }),
  };
}

export function stateOf(row: Pick<DeviceRow, 'state' | 'last_seen_at'>, now: Date): DeviceState {
  if (row.state !== 'paired') return row.state;
  const silent_ms =
    row.last_seen_at === null ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(row.last_seen_at);
  return silent_ms <= onlineFor_ms ? 'online' : 'offline';
}
