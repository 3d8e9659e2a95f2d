import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setStoreAside } from './store/index.js';

/** The file in a device's data folder that says who it is to central. */
export const identityFile = 'identity.json';

/**
 * Puts a damaged store and the identity it belonged to beside, so that the device can be paired again and fetch its gallery
 * anew. Nothing is deleted: the old store may hold events that central never saw. Gives the path of the old store.
 */
export function startOver({ folder, now_ms }: { readonly folder: string; readonly now_ms: number }): string {
  const aside = setStoreAside(folder, now_ms);
  const identity = join(folder, identityFile);
  if (existsSync(identity)) renameSync(identity, `${aside}.${identityFile}`);
  return aside;
}
