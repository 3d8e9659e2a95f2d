import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';

export const pinLength = 6;

/** What a till needs to check a PIN without central. `cost`: scrypt's N; r = 8, p = 1 (RFC 7914). */
export const PinVerifier = Type.Object({
  salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  cost: Type.Integer({ minimum: 1_024, maximum: 1_048_576 }),
});
export type PinVerifier = Type.Static<typeof PinVerifier>;

/** A guess takes a small computer about a tenth of a second. */
const usualCost = 2 ** 15;
const hash_bytes = 32;
const block = 8;

/** Six digits, and not one of those that everybody tries first: one digit six times, or counting up or down. */
export function isUsablePin(pin: string): boolean {
  if (!/^[0-9]{6}$/.test(pin)) return false;
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])));
  const [only, ...others] = steps;
  return others.length > 0 || only === undefined || Math.abs(only) > 1;
}

export async function makePinVerifier(pin: string, cost = usualCost): Promise<PinVerifier> {
  const salt = randomBytes(16);
  return { salt: salt.toString('hex'), hash: (await derive(pin, salt, cost)).toString('hex'), cost };
}

export async function pinMatches(pin: string, { salt, hash, cost }: PinVerifier): Promise<boolean> {
  return timingSafeEqual(await derive(pin, Buffer.from(salt, 'hex'), cost), Buffer.from(hash, 'hex'));
}

function derive(pin: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: cost, r: block, p: 1, maxmem: 256 * cost * block };
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hash_bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
