import { hostname } from 'node:os';
import { PorterError } from '../protocol/index.js';
import type { EdgeConfig } from './config.js';
import type { Clock, Log } from './contracts.js';
import { edgeErrors } from './errors.js';
import { type Fetch, type Identity, loadIdentity, pairDevice, Refusal } from './sync/index.js';

export interface PairingNeeds {
  readonly config: Pick<EdgeConfig, 'centralUrl' | 'pairingCode'>;
  readonly path: string;
  readonly softwareVersion: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
}

const retry_ms = 5_000;

/**
 * Who this device is: from its file, or by pairing with the configured code, tried until central can be reached. Undefined when it
 * is not paired and has no code, or when aborted. @throws pairing_refused, identity_unreadable
 */
export async function findIdentity(needs: PairingNeeds, signal: AbortSignal): Promise<Identity | undefined> {
  const { config, path, softwareVersion, fetch, clock, log } = needs;
  const { centralUrl, pairingCode: code } = config;
  const known = loadIdentity(path);
  if (known) return centralUrl ? { ...known, centralUrl } : known;
  if (!centralUrl || !code) {
    log.warn({}, edgeErrors.not_paired().message);
    return undefined;
  }
  while (!signal.aborted) {
    try {
      return await pairDevice({ centralUrl, code, path, hostname: hostname(), softwareVersion, fetch });
    } catch (error) {
      if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
        throw edgeErrors.pairing_refused({ code: error.code, message: error.message }, { cause: error });
      }
      if (
        !(error instanceof Refusal || (error instanceof PorterError && error.code === 'central_unreachable'))
      )
        throw error;
      log.warn({ error: String(error) }, 'central cannot be reached for pairing');
      await clock.sleep(retry_ms, signal);
    }
  }
  return undefined;
}
