import { type DeviceSettings, open, PorterError, seal } from '../../protocol/index.js';
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

interface KeptSettings {
  readonly settings: DeviceSettings;
  readonly hash: string;
}

/** `key` seals the settings, which hold the verifiers of the cashiers' PINs. */
export function createMeta(db: SqliteDatabase, key: Buffer) {
  const get = db.prepare<[string], { value: string }>('select value from meta where key = ?');
  const put = db.prepare(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
  );
  const read = <T>(key: string): T | undefined => {
    const row = get.get(key);
    return row && (JSON.parse(row.value) as T);
  };
  const write = (key: string, value: unknown): void => void put.run(key, JSON.stringify(value));
  const associatedData = 'settings';
  /** What was altered, or sealed with another key, is not there: it is fetched anew. */
  const unseal = (text: string): KeptSettings | undefined => {
    const value = JSON.parse(text) as string | KeptSettings;
    // Versions before this one kept them as they are.
    if (typeof value !== 'string') return value;
    try {
      const sealed = Buffer.from(value, 'base64');
      return JSON.parse(open({ key, sealed, associatedData }).toString()) as KeptSettings;
    } catch (error) {
      if (error instanceof PorterError) return undefined;
      throw error;
    }
  };
  /** They are asked for with every frame, and opened when they have changed on disk. */
  let opened: { readonly text: string; readonly kept: KeptSettings | undefined } | undefined;
  const readSettings = (): KeptSettings | undefined => {
    const text = get.get('settings')?.value;
    if (text === undefined) return undefined;
    if (opened?.text !== text) opened = { text, kept: unseal(text) };
    return opened.kept;
  };
  return {
    cursor: (): Cursor => ({ ...start, ...read<Partial<Cursor>>('cursor') }),
    setCursor: (cursor: Cursor): void => write('cursor', cursor),
    /** A number that no fetching of the whole gallery has had. */
    newSnapshot(): number {
      const number = (read<number>('snapshots') ?? 0) + 1;
      write('snapshots', number);
      return number;
    },
    settings: readSettings,
    setSettings(settings: DeviceSettings, hash: string): void {
      const plaintext = Buffer.from(JSON.stringify({ settings, hash }));
      write('settings', seal({ key, plaintext, associatedData }).toString('base64'));
    },
    deviceId: (): string | undefined => read('device'),
    setDeviceId: (id: string): void => write('device', id),
    probe: (): void => write('probe', 'x'.repeat(probe_characters)),
  };
}

export type Meta = ReturnType<typeof createMeta>;
