import { contentHash } from './canonical.js';
import type { EventEnvelope } from './events.js';

/** `previousHash` of a device's first event. */
export const zeroHash = '0'.repeat(64);

/** Completes an event with the hash that binds it to the one before. */
export function sealEvent(event: Omit<EventEnvelope, 'hash'>): EventEnvelope {
  return { ...event, hash: contentHash(event) };
}

export function envelopeIsIntact({ hash, ...event }: EventEnvelope): boolean {
  return contentHash(event) === hash;
}
