import type { Device } from './devices.js';
import type { Entry, Transfer } from './records.js';

/**
 * `GET /api/v1/live` — server-sent events; the event's name is `kind`, its data the JSON of the rest. A comment line every 15 s
 * keeps the connection; the console reloads its lists after a reconnect.
 */
export type LiveEvent =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'transfer'; readonly transfer: Transfer }
  | { readonly kind: 'device'; readonly device: Device }
  | { readonly kind: 'person'; readonly personId: string };
