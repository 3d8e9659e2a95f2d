import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createJpegSplitter } from './jpeg-stream.js';

const segment = (code: number, content: Uint8Array): Buffer => {
  const head = Buffer.from([0xff, code, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};

/** In entropy-coded data 0xFF is stuffed. */
const scanOf = (bytes: Uint8Array): Buffer =>
  Buffer.from([...bytes].flatMap(byte => (byte === 0xff ? [0xff, 0x00] : [byte])));

const pictureOf = (comment: Uint8Array, ...scans: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, comment),
    ...scans.flatMap(scan => [
      segment(0xda, Buffer.from([1, 2, 3])),
      scanOf(scan),
      Buffer.from([0xff, 0xd0]),
    ]),
    Buffer.from([0xff, 0xd9]),
  ]);

/** Segments may hold anything, markers and whole thumbnails included; there may be several scans. */
const picture = fc
  .tuple(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(fc.uint8Array({ maxLength: 120 }), { minLength: 1, maxLength: 3 }),
  )
  .map(([comment, scans]) => pictureOf(comment, ...scans));

/** Pushes a stream in pieces cut at the given positions. */
function split(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const splitter = createJpegSplitter();
  const positions = [0, ...cuts.map(cut => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return positions.slice(1).flatMap((end, index) => splitter.push(stream.subarray(positions[index], end)));
}

const one = pictureOf(Buffer.from('one'), Buffer.from([1, 2, 3]));
const two = pictureOf(Buffer.from('two'), Buffer.from([4, 5, 255, 6]));

test('pictures come out whole and in order, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(picture, { maxLength: 6 }),
      fc.array(fc.nat(2_000), { maxLength: 20 }),
      (pictures, cuts) => {
        expect(split(Buffer.concat(pictures), cuts)).toEqual(pictures);
      },
    ),
  );
});

test('pictures of real encoders come out as they went in, byte by byte', async () => {
  const image = sharp({ create: { width: 64, height: 48, channels: 3, background: '#a03060' } });
  const pictures = [
    await image.clone().jpeg().toBuffer(),
    await image.clone().jpeg({ progressive: true }).withMetadata().toBuffer(),
    await image.clone().jpeg({ mozjpeg: true }).toBuffer(),
  ];
  const splitter = createJpegSplitter();
  const found = [...Buffer.concat(pictures)].flatMap(byte => splitter.push(Buffer.from([byte])));
  expect(found).toEqual(pictures);
});

test('a thumbnail within a picture neither ends it nor comes out', () => {
  const withThumbnail = pictureOf(one, Buffer.from([7, 8, 9]));
  expect(split(Buffer.concat([withThumbnail, two]), [])).toEqual([withThumbnail, two]);
});

test('a picture that breaks off is left out, and the next one is whole', () => {
  const withThumbnail = pictureOf(one, Buffer.from([7, 8, 9, 10, 11, 12]));
  const brokenOff = withThumbnail.subarray(0, withThumbnail.length - 4);
  expect(split(Buffer.concat([brokenOff, two, one]), [])).toEqual([two, one]);
});

test('garbage between pictures is passed over', () => {
  const garbage = Buffer.from([9, 9, 0xff, 0xd8, 9, 0xff, 0xd9, 0xff]);
  expect(split(Buffer.concat([garbage, one, garbage, two]), [3, 30])).toEqual([one, two]);
});

test('no garbage keeps a later picture from coming out, nor breaks the splitter', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(fc.nat(600), { maxLength: 8 }),
      (garbage, cuts) => {
        // What garbage claims to be a segment may swallow up to 64 KiB.
        const stream = Buffer.concat([garbage, ...Array.from({ length: 3_000 }, () => one)]);
        expect(split(stream, cuts).at(-1)).toEqual(one);
      },
    ),
    { numRuns: 30 },
  );
});

test('a picture that never ends is forgotten instead of filling the memory', () => {
  const splitter = createJpegSplitter();
  splitter.push(one.subarray(0, one.length - 2));
  let found = 0;
  for (let i = 0; i < 9; i++) found += splitter.push(Buffer.alloc(1024 * 1024)).length;
  expect(found).toBe(0);
  expect(splitter.push(two)).toEqual([two]);
});
