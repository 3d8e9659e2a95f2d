import { createHash, randomInt } from 'node:crypto';

/** Without 0/O, 1/I/L and U: read aloud and typed by hand. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 8;

export const codeLifetime_ms = 15 * 60_000;

/** 39 bits; good once, for a quarter of an hour. */
export function makePairingCode(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Case, spaces and dashes do not matter. */
export function hashPairingCode(code: string): string {
  const plain = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return createHash('sha256').update(`porter-pairing-code\n${plain}`).digest('hex');
}
