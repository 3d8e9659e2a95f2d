import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squareAround, squareInside } from './align.js';
import { keepBest, overlap } from './boxes.js';
import { fitSimilarity, mirrored, type RgbImage, resizeRegion, warpSquare } from './image.js';
import { toTensor } from './tensor.js';

/** Red is x, green is y, blue is constant. */
const gradient = (width: number, height: number): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data[i * 3] = i % width;
    data[i * 3 + 1] = Math.floor(i / width);
    data[i * 3 + 2] = 77;
  }
  return { width, height, data };
};
const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });

describe('fitSimilarity', () => {
  it('finds the turn, scale and shift that were applied', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 3, maxLength: 8 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        point,
        (points, scale, angle, shift) => {
          const spread = Math.max(...points.map(p => Math.hypot(p.x - points[0]!.x, p.y - points[0]!.y)));
          fc.pre(spread > 1);
          const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)];
          const moved = points.map(({ x, y }) => ({
            x: a * x - b * y + shift.x,
            y: b * x + a * y + shift.y,
          }));
          const found = fitSimilarity(points, moved);
          expect(found.a).toBeCloseTo(a, 6);
          expect(found.b).toBeCloseTo(b, 6);
        },
      ),
    );
  });

  it('of points that all coincide is a plain shift, not a division by zero', () => {
    const same = [0, 1, 2].map(() => ({ x: 5, y: 5 }));
    expect(fitSimilarity(same, [...same])).toEqual({ a: 1, b: 0, tx: 0, ty: 0 });
  });
});

describe('resizeRegion', () => {
  it('of the whole at its own size is the same picture', () => {
    const image = gradient(40, 30);
    const whole = { x: 0, y: 0, width: 40, height: 30 };
    expect(resizeRegion(image, whole, 40, 30).data).toEqual(image.data);
  });

  it('reads pixel centres: half the size is the mean of neighbours', () => {
    const half = resizeRegion(gradient(40, 30), { x: 0, y: 0, width: 40, height: 30 }, 20, 15);
    // Between columns 0 and 1 lies 0.5, rounded up.
    expect([...half.data.subarray(0, 6)]).toEqual([1, 1, 77, 3, 1, 77]);
  });

  it('never reads outside the picture, wherever the region is', () => {
    const image = gradient(20, 10);
    fc.assert(
      fc.property(
        point,
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 900 }),
        ({ x, y }, w, h) => {
          const out = resizeRegion(image, { x, y, width: w, height: h }, 7, 5);
          for (let i = 0; i < 35; i++) {
            expect(out.data[i * 3]).toBeLessThan(20);
            expect(out.data[i * 3 + 1]).toBeLessThan(10);
            expect(out.data[i * 3 + 2]).toBe(77);
          }
        },
      ),
    );
  });
});

describe('warpSquare', () => {
  it('by the identity copies, and repeats the border outside', () => {
    const out = warpSquare(gradient(20, 20), { a: 1, b: 0, tx: 10, ty: 0 }, 20);
    expect([out.data[0], out.data[9 * 3], out.data[19 * 3]]).toEqual([10, 19, 19]);
  });

  it('mirrored twice is what it was', () => {
    const image = gradient(13, 7);
    expect(mirrored(mirrored(image))).toEqual(image);
    expect(mirrored(image).data[0]).toBe(12);
  });
});

describe('toTensor', () => {
  const image = gradient(16, 16);
  const input = { width: 16, height: 16, type: 'float32' as const, mean: [7], std: [2] };

  it('puts channels in the order and layout that the manifest names', () => {
    const planar = toTensor(image, { ...input, channels: 'bgr', layout: 'nchw' });
    expect(planar.shape).toEqual([1, 3, 16, 16]);
    expect([planar.data[0], planar.data[512 + 3]]).toEqual([35, -2]);
    const interleaved = toTensor(image, { ...input, channels: 'rgb', layout: 'nhwc' });
    expect(interleaved.shape).toEqual([1, 16, 16, 3]);
    expect([...interleaved.data.subarray(9, 12)]).toEqual([-2, -3.5, 35]);
  });

  it('gives bytes as they are to a net that takes bytes', () => {
    const { data } = toTensor(image, { ...input, type: 'uint8', channels: 'rgb', layout: 'nhwc' });
    expect(data).toEqual(image.data);
  });
});

describe('boxes', () => {
  const box = fc.record({
    x: coordinate,
    y: coordinate,
    width: fc.double({ min: 1, max: 300, noNaN: true }),
    height: fc.double({ min: 1, max: 300, noNaN: true }),
  });

  it('that are kept never overlap by more than allowed, and the best is among them', () => {
    const scored = box.chain(b =>
      fc.double({ min: 0, max: 1, noNaN: true }).map(score => ({ box: b, score, certainty: 1 })),
    );
    fc.assert(
      fc.property(fc.array(scored, { minLength: 1, maxLength: 30 }), detections => {
        const kept = keepBest(detections, 0.4);
        for (const [i, a] of kept.entries()) {
          for (const b of kept.slice(i + 1)) expect(overlap(a.box, b.box)).toBeLessThanOrEqual(0.4);
        }
        expect(kept[0]?.score).toBe(Math.max(...detections.map(d => d.score)));
      }),
    );
  });

  it('made square inside lie inside, around keep their centre', () => {
    fc.assert(
      fc.property(
        box,
        fc.integer({ min: 2, max: 2000 }),
        fc.integer({ min: 2, max: 2000 }),
        (b, width, height) => {
          const inside = squareInside(b, 2.7, { width, height });
          expect(inside.x).toBeGreaterThanOrEqual(0);
          expect(inside.y + inside.height).toBeLessThanOrEqual(height + 1e-9);
          const around = squareAround(b, 2);
          expect(around.x + around.width / 2).toBeCloseTo(b.x + b.width / 2, 6);
        },
      ),
    );
  });
});
