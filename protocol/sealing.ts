import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { defineErrors } from './errors.js';

export const sealErrors = defineErrors({
  seal_broken: {
    status: 500,
    en: 'A sealed record does not open with this key: it was altered, moved, or the key is another one',
    zh: '加密记录无法用此密钥打开：记录被改动、移动，或密钥不符',
  },
  key_malformed: {
    status: 500,
    en: 'Not a 256-bit key in hex: {path}',
    zh: '不是 256 位十六进制密钥：{path}',
  },
});

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a random nonce; `associatedData` is bound but not stored. Gives nonce ‖ tag ‖ ciphertext. */
export function seal(options: { key: Buffer; plaintext: Uint8Array; associatedData: string }): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', options.key, nonce).setAAD(
    Buffer.from(options.associatedData),
  );
  const ciphertext = Buffer.concat([cipher.update(options.plaintext), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

export function open(options: { key: Buffer; sealed: Uint8Array; associatedData: string }): Buffer {
  const sealed = Buffer.from(options.sealed.buffer, options.sealed.byteOffset, options.sealed.byteLength);
  try {
    const decipher = createDecipheriv('aes-256-gcm', options.key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(options.associatedData))
      .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw sealErrors.seal_broken({}, { cause });
  }
}

/** Reads the 256-bit key of a file, or makes one (mode 0600); two processes that start at once agree on one key. */
export function loadOrCreateKey(path: string): Buffer {
  if (!existsSync(path)) {
    const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    const file = openSync(draft, 'wx', 0o600);
    writeSync(file, `${randomBytes(32).toString('hex')}\n`);
    fsyncSync(file);
    closeSync(file);
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return parseKey(readFileSync(path, 'utf8'), path);
}

/** 64 hex digits → 32 bytes. `path` names the source in the error. */
export function parseKey(text: string, path: string): Buffer {
  const hex = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw sealErrors.key_malformed({ path });
  return Buffer.from(hex, 'hex');
}
