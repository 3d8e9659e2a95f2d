import { createHash } from 'node:crypto';

export interface DigestEntry {
  readonly personId: string;
  readonly contentHash: string;
}

/**
 * What both sides compute over a whole gallery to prove that they hold the same: SHA-256 over the lines
 * `personId contentHash`, sorted by person.
 */
export function galleryDigest(entries: Iterable<DigestEntry>): string {
  const hash = createHash('sha256');
  const lines = Array.from(entries, entry => `${entry.personId} ${entry.contentHash}\n`).sort();
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}

export const emptyDigest = galleryDigest([]);
