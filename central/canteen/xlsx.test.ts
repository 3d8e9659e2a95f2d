import { crc32, inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Cell, Table } from './export-tables.js';
import { xlsxOf } from './xlsx.js';

const columns: Table['columns'] = [
  { name: 'name', kind: 'text' },
  { name: 'amount', kind: 'amount' },
  { name: 'meals', kind: 'count' },
];

async function bytesOf(rows: Table['rows']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of xlsxOf({ title: 'North [1]: 2026/09/01', columns, rows })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads a zip file by its directory, as readers do, and checks every part against its checksum. */
function unzip(file: Buffer): Map<string, string> {
  const end = file.length - 22;
  expect(file.readUInt32LE(end)).toBe(0x06054b50);
  const parts = new Map<string, string>();
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const [crc, packed, size] = [16, 20, 24].map(offset => file.readUInt32LE(at + offset));
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26);
    const content = inflateRawSync(file.subarray(start, start + packed!));
    expect(content.length, name).toBe(size);
    expect(crc32(content), name).toBe(crc);
    parts.set(name, content.toString());
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return parts;
}

const sheetOf = async (rows: Cell[][]): Promise<string> =>
  unzip(await bytesOf([rows])).get('xl/worksheets/sheet1.xml') ?? '';

test('the parts of a workbook are there, and name each other', async () => {
  const parts = unzip(await bytesOf([]));
  expect([...parts.keys()]).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
    'xl/worksheets/sheet1.xml',
  ]);
  expect(parts.get('xl/workbook.xml')).toContain('<sheet name="North  1   2026 09 01"');
});

test('amounts are numbers in major units, exact to the fen; counts are numbers; nothing is empty', async () => {
  const sheet = await sheetOf([
    ['a', -1_005, 7],
    ['b', null, undefined],
  ]);
  expect(sheet).toContain('<c s="2"><v>-10.05</v></c><c><v>7</v></c>');
  expect(sheet).toContain('<c/><c/>');
});

test('a text that looks like a formula stays a text, and one that looks like markup is not', async () => {
  const sheet = await sheetOf([
    ['=HYPERLINK("http://x")&1', 0, 0],
    ['<f>1+1</f>', 0, 0],
    ['学号\u0000\u000b 007', 0, 0],
  ]);
  expect(sheet).not.toContain('<f>');
  expect(sheet).toContain(
    't="inlineStr"><is><t xml:space="preserve">=HYPERLINK(&quot;http://x&quot;)&amp;1</t>',
  );
  expect(sheet).toContain('>学号 007</t>');
});

test('a day of many rows is written batch by batch and never held as a whole', async () => {
  let ahead = 0;
  let most = 0;
  const rows = async function* () {
    for (let batch = 0; batch < 200; batch++) {
      ahead += 1;
      yield Array.from({ length: 500 }, (_, index) => [
        `till ${(batch * index * 7919) % 9973}`,
        index,
        batch,
      ]);
    }
  };
  let size = 0;
  for await (const chunk of xlsxOf({ title: 'day', columns, rows: rows() })) {
    most = Math.max(most, ahead);
    ahead = 0;
    size += chunk.length;
  }
  expect(most).toBeLessThan(60);
  expect(size).toBeGreaterThan(100_000);
});

test('a source that fails breaks the file off', async () => {
  const rows = async function* (): AsyncGenerator<Cell[][]> {
    yield [['a', 1, 1]];
    throw new Error('the database went away');
  };
  await expect(bytesOf(rows())).rejects.toThrow('the database went away');
});
