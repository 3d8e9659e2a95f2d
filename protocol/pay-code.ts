/** The QR code of a student's phone. Runs in the phone's browser as well: nothing of Node here. */

/** A code that is older is not taken; the phone shows a new one well before. */
export const codeLife_s = 60;
/** The phone's clock and the till's may differ by so much. */
export const codeSkew_s = 30;

export interface PayCode {
  readonly personId: string;
  readonly issued_s: number;
  readonly codeId: string;
  /** What the phone signed. */
  readonly signed: Uint8Array;
  /** ECDSA, IEEE P1363. */
  readonly signature: Uint8Array;
}

const prefix = 'PORTER1';
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const personId_bytes = 16;
const signed_bytes = personId_bytes + 4 + 8;
const signature_bytes = 64;

/** Whether what a reader gave is meant as a payment code, right or wrong. */
export const looksLikeCode = (text: string): boolean => text.trim().toUpperCase().startsWith(prefix);

/**
 * A code as it is shown: capitals and digits alone, which makes the smallest QR code and survives readers that type. Base32 (RFC 4648,
 * not padded) over person (16 bytes), time (seconds, uint32), code's own number (8 bytes) and the signature over these 28 bytes.
 */
export function payCodeText(signed: Uint8Array, signature: Uint8Array): string {
  return prefix + toBase32(new Uint8Array([...signed, ...signature]));
}

/** The 28 bytes that a phone signs. `codeId`: 8 random bytes, hex. */
export function payCodeBytes(code: Pick<PayCode, 'personId' | 'issued_s' | 'codeId'>): Uint8Array {
  const bytes = new Uint8Array(signed_bytes);
  bytes.set(fromHex(code.personId.replaceAll('-', '')));
  new DataView(bytes.buffer).setUint32(personId_bytes, code.issued_s);
  bytes.set(fromHex(code.codeId), personId_bytes + 4);
  return bytes;
}

/** `undefined`: it is none. */
export function parsePayCode(text: string): PayCode | undefined {
  const bytes = fromBase32(text.trim().toUpperCase().slice(prefix.length));
  if (!looksLikeCode(text) || bytes?.length !== signed_bytes + signature_bytes) return undefined;
  const signed = bytes.slice(0, signed_bytes);
  const hex = toHex(signed.slice(0, personId_bytes));
  return {
    personId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    issued_s: new DataView(signed.buffer).getUint32(personId_bytes),
    codeId: toHex(signed.slice(personId_bytes + 4)),
    signed,
    signature: bytes.slice(signed_bytes),
  };
}

const fromHex = (hex: string): number[] => (hex.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16));

export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return new Uint8Array(bytes);
}
