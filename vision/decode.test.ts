import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { npmPackageFolder } from '../models/index.js';
import { createDecoder } from './decode.js';

const photo = readFileSync(`${npmPackageFolder('@vladmandic/face-api')}/demo/sample3.jpg`);
const decoder = createDecoder();
/** Left half red, right half blue: shows turns and channel order. */
const halves = (width = 64, height = 32) => {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) data[i * 3 + (i % width < width / 2 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width, height, channels: 3 } });
};
const pixelAt = (image: { width: number; data: Uint8Array }, x: number, y: number) => [
  ...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3),
];
const isRed = ([r = 0, g = 0, b = 0]: number[]) => r > 180 && g < 90 && b < 90;
/** Printing ink makes a dull blue: only the order of the channels is looked at. */
const isBlue = ([r = 0, g = 0, b = 0]: number[]) => b > r + 40 && b > g + 20;

describe('what can be decoded', () => {
  it.each([
    ['baseline JPEG', halves().jpeg({ quality: 95 })],
    ['progressive JPEG', halves().jpeg({ quality: 95, progressive: true })],
    ['CMYK JPEG', halves().toColourspace('cmyk').jpeg({ quality: 95 })],
    ['PNG', halves().png()],
    ['16-bit PNG', halves().toColourspace('rgb16').png()],
    ['PNG with transparency', halves().ensureAlpha(1).png()],
    ['WebP', halves().webp({ quality: 95 })],
    ['GIF', halves().gif()],
    ['TIFF', halves().tiff()],
  ])('%s comes out as upright RGB', async (_, picture) => {
    const image = await decoder.decode(await picture.toBuffer());
    expect([image.width, image.height, image.data.length]).toEqual([64, 32, 64 * 32 * 3]);
    expect(isRed(pixelAt(image, 8, 16))).toBe(true);
    expect(isBlue(pixelAt(image, 56, 16))).toBe(true);
  });

  it('gray pictures come out as three equal channels', async () => {
    for (const gray of [halves().grayscale().jpeg(), halves().grayscale().png()]) {
      const [r, g, b] = pixelAt(await decoder.decode(await gray.toBuffer()), 8, 16);
      expect(r).toBe(g);
      expect(g).toBe(b);
    }
  });

  it('a photo that a phone stored lying is turned upright by its EXIF orientation', async () => {
    const lying = await halves().jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer();
    const image = await decoder.decode(lying);
    expect([image.width, image.height]).toEqual([32, 64]);
    expect(isRed(pixelAt(image, 16, 8))).toBe(true);
    expect(isBlue(pixelAt(image, 16, 56))).toBe(true);
  });

  it('of an animation the first frame is taken', async () => {
    const frames = await Promise.all([halves(), halves().negate()].map(frame => frame.png().toBuffer()));
    for (const format of ['gif', 'webp'] as const) {
      const animated = await sharp(frames, { join: { animated: true } })
        [format]()
        .toBuffer();
      const image = await decoder.decode(animated);
      expect([image.width, image.height]).toEqual([64, 32]);
      expect(isRed(pixelAt(image, 8, 16))).toBe(true);
    }
  });

  it('a 1×1 picture is a picture', async () => {
    const image = await decoder.decode(await halves(2, 1).resize(1, 1).jpeg().toBuffer());
    expect([image.width, image.height, image.data.length]).toEqual([1, 1, 3]);
  });

  it("a large picture after a small one does not land in the small one's buffer", async () => {
    await decoder.decode(await halves().jpeg().toBuffer());
    const image = await decoder.decode(photo);
    expect(image.data.length).toBe(1920 * 1350 * 3);
  });
});

describe('what is refused', () => {
  const refusal = (bytes: Uint8Array) =>
    decoder.decode(bytes).then(
      () => 'decoded',
      (error: { code?: string }) => error.code,
    );

  it('nothing at all', async () => {
    expect(await refusal(new Uint8Array(0))).toBe('empty_image');
  });

  it('text, a PDF and a drawing that could name other files', async () => {
    for (const text of [
      'hello',
      '%PDF-1.7',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    ]) {
      expect(await refusal(Buffer.from(text))).toBe('unreadable_image');
    }
  });

  it('a photo cut off anywhere, and the decoder works on', async () => {
    for (const share of [0.001, 0.01, 0.1, 0.5, 0.9, 0.999]) {
      const cut = photo.subarray(0, Math.floor(photo.length * share));
      expect(await refusal(cut)).toBe('unreadable_image');
    }
    expect(await refusal(photo)).toBe('decoded');
  });

  it('a PNG cut off', async () => {
    const png = await halves(400, 400).png({ compressionLevel: 0 }).toBuffer();
    expect(await refusal(png.subarray(0, png.length / 2))).toBe('unreadable_image');
  });

  it('more than 50 megapixels, by its header and before any pixel is decoded', async () => {
    const forged = Buffer.from(photo);
    const frame = forged.indexOf(Buffer.from([0xff, 0xc0]));
    forged.writeUInt16BE(60000, frame + 5);
    forged.writeUInt16BE(60000, frame + 7);
    expect(await refusal(forged)).toBe('image_too_large');
    const png = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    expect(await refusal(png)).toBe('image_too_large');
  });

  it('never throws anything but coded errors, whatever bytes are damaged', async () => {
    let seed = 7;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % n;
    };
    const small = await sharp(photo).resize(200).jpeg().toBuffer();
    for (let round = 0; round < 60; round++) {
      const damaged = Buffer.from(small);
      for (let i = 0; i < 1 + random(20); i++) damaged[2 + random(damaged.length - 4)] = random(256);
      expect(['decoded', 'unreadable_image', 'image_too_large']).toContain(await refusal(damaged));
    }
  });
});
