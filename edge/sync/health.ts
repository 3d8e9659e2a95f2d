import { PorterError } from '../../protocol/index.js';
import type { NetworkState } from '../contracts.js';
import { Refusal } from './http.js';

/** How one of the loops stands with central. `unknown`: not tried yet. */
export type Health = 'unknown' | 'ok' | 'unreachable' | 'unpaired';

/** What a failure says about the way to central; undefined: nothing, it happened here. */
export function healthAfter(error: unknown): Health | undefined {
  if (error instanceof Refusal) {
    if (error.code === 'device_revoked' || error.code === 'device_unknown') return 'unpaired';
    return error.status >= 500 || error.status === 401 ? 'unreachable' : 'ok';
  }
  const isRemote =
    error instanceof PorterError &&
    (error.code === 'central_unreachable' || error.code === 'central_answer_invalid');
  return isRemote ? 'unreachable' : undefined;
}

/** Online means that all that was tried works. */
export function networkOf(healths: readonly Health[]): NetworkState {
  if (healths.includes('unpaired')) return 'unpaired';
  if (healths.includes('unreachable')) return 'offline';
  return healths.includes('ok') ? 'online' : 'offline';
}
