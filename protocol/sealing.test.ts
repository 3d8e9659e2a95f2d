import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { maskName } from './mask.js';
import { loadOrCreateKey, open, seal } from './sealing.js';

const folder = mkdtempSync(join(tmpdir(), 'porter-sealing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = randomBytes(32);
const sealed = seal({ key, plaintext: Buffer.from('template'), associatedData: 'person|7|pack' });

test('a sealed record opens with its key and its place', () => {
  expect(open({ key, sealed, associatedData: 'person|7|pack' }).toString()).toBe('template');
});

test('a record moved to another person, altered or cut short does not open', () => {
  const flipped = Buffer.from(sealed);
  flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
  for (const attempt of [
    { key, sealed, associatedData: 'other|7|pack' },
    { key: randomBytes(32), sealed, associatedData: 'person|7|pack' },
    { key, sealed: flipped, associatedData: 'person|7|pack' },
    { key, sealed: sealed.subarray(0, 20), associatedData: 'person|7|pack' },
    { key, sealed: Buffer.alloc(0), associatedData: 'person|7|pack' },
  ]) {
    expect(() => open(attempt)).toThrow(expect.objectContaining({ code: 'seal_broken' }));
  }
});

test('a key file is made once, readable by its owner alone, and leaves no draft behind', () => {
  const path = join(folder, 'key');
  const made = loadOrCreateKey(path);
  expect(loadOrCreateKey(path)).toEqual(made);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['key']);
});

test('a key file cut short is an error, not a weaker key', () => {
  const path = join(folder, 'short');
  writeFileSync(path, 'abcd');
  expect(() => loadOrCreateKey(path)).toThrow(expect.objectContaining({ code: 'key_malformed' }));
});

test.each([
  ['李小明', '李*明'],
  ['李明', '李*'],
  ['欧阳小明', '欧**明'],
  ['Ada Lovelace', 'Ada L.'],
  ['Ada', 'Ad*'],
])('%s is shown as %s', (name, shown) => {
  expect(maskName(name)).toBe(shown);
});
