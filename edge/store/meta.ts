import type { DeviceSettings } from '../../protocol/index.js';
import type { SqliteDatabase } from './database.js';

/** How far a device has followed its gallery. */
export interface Cursor {
  readonly epoch: string;
  readonly revision: number;
  /** Set while the whole gallery is fetched anew: the number of this fetching. Persons not seen by its end are dropped. */
  readonly snapshot: number | false;
  /** The highest revision held of this epoch; central may not end below it. */
  readonly floor: number;
}

const start: Cursor = { epoch: '', revision: 0, snapshot: false, floor: 0 };
/** More than the pages that any one transaction of a till writes. */
const probe_characters = 32_768;

export function createMeta(db: SqliteDatabase) {
  const get = db.prepare<[string], { value: string }>('select value from meta where key = ?');
  const put = db.prepare(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
  );
  const read = <T>(key: string): T | undefined => {
    const row = get.get(key);
    return row && (JSON.parse(row.value) as T);
  };
  const write = (key: string, value: unknown): void => void put.run(key, JSON.stringify(value));
  return {
    cursor: (): Cursor => ({ ...start, ...read<Partial<Cursor>>('cursor') }),
    setCursor: (cursor: Cursor): void => write('cursor', cursor),
    /** A number that no fetching of the whole gallery has had. */
    newSnapshot(): number {
      const number = (read<number>('snapshots') ?? 0) + 1;
      write('snapshots', number);
      return number;
    },
    settings: (): { settings: DeviceSettings; hash: string } | undefined => read('settings'),
    setSettings: (settings: DeviceSettings, hash: string): void => write('settings', { settings, hash }),
    deviceId: (): string | undefined => read('device'),
    setDeviceId: (id: string): void => write('device', id),
    probe: (): void => write('probe', 'x'.repeat(probe_characters)),
  };
}

export type Meta = ReturnType<typeof createMeta>;
