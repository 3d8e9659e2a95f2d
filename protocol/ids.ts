import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import { v7 } from 'uuid';

export interface IdSourceNeeds {
  readonly now_ms: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** UUIDv7 (RFC 9562): ordered by time, so that an index on it grows at one end. */
export function createIdSource({ now_ms, randomBytes }: IdSourceNeeds): () => string {
  return () => v7({ msecs: now_ms(), random: randomBytes(16) });
}

export const newId = createIdSource({ now_ms: Date.now, randomBytes: cryptoRandomBytes });
