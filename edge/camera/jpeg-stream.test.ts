import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createJpegSplitter } from './jpeg-stream.js';

/** A picture as the wire sees it: markers around bytes in which 0xFF is stuffed, as in entropy-coded data. */
const picture = fc
  .uint8Array({ maxLength: 300 })
  .map(bytes =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
      Buffer.from([...bytes].flatMap(byte => (byte === 0xff ? [0xff, 0x00] : [byte]))),
      Buffer.from([0xff, 0xd9]),
    ]),
  );

test('pictures come out whole and in order, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(picture, { maxLength: 6 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      (pictures, cuts) => {
        const stream = Buffer.concat(pictures);
        const splitter = createJpegSplitter();
        const positions = [
          0,
          ...cuts.map(cut => cut % (stream.length + 1)).sort((a, b) => a - b),
          stream.length,
        ];
        const found = positions
          .slice(1)
          .flatMap((end, index) => splitter.push(stream.subarray(positions[index], end)));
        expect(found).toEqual(pictures);
      },
    ),
  );
});

test('garbage between pictures is passed over', () => {
  const splitter = createJpegSplitter();
  const one = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);
  const garbage = Buffer.from([9, 9, 0xff, 0xd8, 9, 0xff]);
  expect(splitter.push(Buffer.concat([garbage, one, garbage, one]))).toEqual([one, one]);
});

test('a picture that never ends is forgotten instead of filling the memory', () => {
  const splitter = createJpegSplitter();
  splitter.push(Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
  for (let i = 0; i < 17; i++) expect(splitter.push(Buffer.alloc(1024 * 1024))).toEqual([]);
  const one = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 7, 0xff, 0xd9]);
  expect(splitter.push(one)).toEqual([one]);
});
