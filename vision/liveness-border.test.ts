import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from './image.js';
import { borderAround } from './liveness-border.js';

const size = { width: 640, height: 480 };
const face = { x: 260, y: 160, width: 120, height: 140 };

/** A picture from a function of luma. */
function draw(lumaAt: (x: number, y: number) => number): RgbImage {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let i = 0; i < size.width * size.height; i++) {
    const luma = Math.min(255, Math.max(0, lumaAt(i % size.width, Math.floor(i / size.width))));
    data.fill(luma, i * 3, i * 3 + 3);
  }
  return { ...size, data };
}

/** Grain of a camera, the same in every run. */
function grain(x: number, y: number): number {
  const mixed = Math.imul(x * 374_761_393 + y * 668_265_263, 1_274_126_177);
  return ((mixed >>> 16) % 13) - 6;
}

const person = (x: number, y: number): number => {
  const inFace = ((x - 320) / 60) ** 2 + ((y - 230) / 75) ** 2 < 1;
  const inBody = y > 310 && Math.abs(x - 320) < 60 + (y - 310) * 0.8;
  return inFace ? 170 : inBody ? 60 : 110 + 20 * Math.sin(x * 0.02) + 15 * Math.cos(y * 0.03);
};

/** A sheet around the face, tilted; inside of it the person, outside the room. */
function sheet(options: { tilt_deg: number; luma: number; bottom?: number }): RgbImage {
  const angle = (options.tilt_deg * Math.PI) / 180;
  const { bottom = 140 } = options;
  return draw((x, y) => {
    const dx = (x - 320) * Math.cos(angle) + (y - 230) * Math.sin(angle);
    const dy = (y - 230) * Math.cos(angle) - (x - 320) * Math.sin(angle);
    const inside = Math.abs(dx) < 110 && dy > -140 && dy < bottom;
    const onRim = inside && (Math.abs(dx) > 95 || dy < -125 || dy > bottom - 15);
    return (onRim ? options.luma : inside ? person(x, y) + 10 : 90) + grain(x, y);
  });
}

describe('a border around the face', () => {
  it.each([-7, -3, 0, 4, 8])('is seen on a sheet of paper tilted by %d°', tilt_deg => {
    expect(borderAround(sheet({ tilt_deg, luma: 235 }), face)).toBeGreaterThan(0.8);
  });

  it('is seen on a phone, whose rim is dark', () => {
    expect(borderAround(sheet({ tilt_deg: 2, luma: 12 }), face)).toBeGreaterThan(0.8);
  });

  it('is not seen on somebody before a plain or a busy wall', () => {
    expect(borderAround(draw(person), face)).toBeLessThan(0.65);
    const busy = draw((x, y) => person(x, y) + 6 * grain(Math.floor(x / 9), Math.floor(y / 9)));
    expect(borderAround(busy, face)).toBeLessThan(0.65);
  });

  it('is not seen on somebody in a doorway, whose body covers the threshold', () => {
    const doorway = draw((x, y) => {
      const frame = Math.abs(x - 320) > 110 || y < 90;
      const inBody = y > 310 && Math.abs(x - 320) < 60 + (y - 310) * 0.8;
      return frame && !inBody ? 220 : person(x, y);
    });
    expect(borderAround(doorway, face)).toBeLessThan(0.65);
  });

  it('is a share whatever the picture, and wherever the face', () => {
    const any = fc.record({
      x: fc.integer({ min: -300, max: 700 }),
      y: fc.integer({ min: -300, max: 700 }),
      width: fc.integer({ min: 1, max: 900 }),
      height: fc.integer({ min: 1, max: 900 }),
    });
    const image = sheet({ tilt_deg: 3, luma: 240 });
    fc.assert(
      fc.property(any, box => {
        const border = borderAround(image, box);
        expect(border).toBeGreaterThanOrEqual(0);
        expect(border).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
