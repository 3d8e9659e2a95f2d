import type { Clock, Gallery } from './contracts.js';
import { type OpenStore, storeErrors } from './store/index.js';

const disk_interval_ms = 10_000;
const digest_interval_ms = 60_000;

/** Finds out by writing whether the disk takes writes. */
export function createDiskWatch(store: Pick<OpenStore, 'writable'>, clock: Clock) {
  let state: 'ok' | 'full' = 'ok';
  let next_ms = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    state = store.writable() ? 'ok' : 'full';
    next_ms = clock.monotonic_ms() + disk_interval_ms;
  };
  return {
    get state() {
      return state;
    },
    tick(): void {
      if (clock.monotonic_ms() >= next_ms) look();
    },
    /** @throws disk_full */
    require(): void {
      look();
      if (state === 'full') throw storeErrors.disk_full();
    },
  };
}

/** The gallery's digest, computed again when the gallery has changed, and now and then in any case. */
export function createDigestMemory(
  store: Pick<OpenStore, 'digest'>,
  gallery: Pick<Gallery, 'revision'>,
  clock: Clock,
) {
  let known: { readonly revision: number; readonly at_ms: number; readonly digest: string } | undefined;
  return (): string => {
    const { revision } = gallery;
    const at_ms = clock.monotonic_ms();
    if (known?.revision !== revision || at_ms - known.at_ms >= digest_interval_ms) {
      known = { revision, at_ms, digest: store.digest() };
    }
    return known.digest;
  };
}
