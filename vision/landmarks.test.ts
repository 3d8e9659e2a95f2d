import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPack, npmPackageFolder } from '../models/index.js';
import { boundsOf, fivePoints, squareAround } from './align.js';
import { createDecoder } from './decode.js';
import type { Engine } from './engine.js';
import type { RgbImage } from './image.js';
import { createOnnxEngine } from './onnx-engine.js';
import type { Box, Point } from './types.js';

let engine: Engine;
let image: RgbImage;
beforeAll(async () => {
  engine = await createOnnxEngine(loadPack('porter-512'));
  image = await createDecoder().decode(
    readFileSync(`${npmPackageFolder('@vladmandic/face-api')}/demo/sample3.jpg`),
  );
});
afterAll(() => engine.close());

/** The greatest distance between matching points, as a share of the distance between the eyes. */
function apart(a: readonly Point[], b: readonly Point[]): number {
  const [left, right] = a;
  const eyes = Math.hypot(right!.x - left!.x, right!.y - left!.y);
  return Math.max(...a.map((point, i) => Math.hypot(point.x - b[i]!.x, point.y - b[i]!.y))) / eyes;
}

describe('the landmarks', () => {
  it('stay where they are when the detector puts its box a little aside, larger or smaller', async () => {
    const faces = await engine.detect(image);
    expect(faces.length).toBeGreaterThan(2);
    for (const { box } of faces) {
      const settled = fivePoints(await engine.landmarks(image, box));
      for (const [dx, dy, scale] of [
        [0.08, 0, 1],
        [-0.08, 0, 1],
        [0, 0.08, 1],
        [0, -0.08, 1],
        [0, 0, 1.12],
        [0, 0, 0.9],
      ] as const) {
        const around = squareAround(box, scale);
        const moved: Box = { ...around, x: around.x + dx * box.width, y: around.y + dy * box.height };
        expect(apart(settled, fivePoints(await engine.landmarks(image, moved)))).toBeLessThan(0.12);
      }
    }
  });
});

describe('squares', () => {
  it('keep the centre, or lie below it by a share of their side', () => {
    const box = { x: 10, y: 20, width: 40, height: 60 };
    expect(squareAround(box, 1)).toEqual({ x: 0, y: 20, width: 60, height: 60 });
    expect(squareAround(box, 2, 0.1)).toEqual({ x: -30, y: 2, width: 120, height: 120 });
  });

  it('are placed on the bounds of points', () => {
    const points = [
      { x: 3, y: 9 },
      { x: -1, y: 4 },
      { x: 2, y: 5 },
    ];
    expect(boundsOf(points)).toEqual({ x: -1, y: 4, width: 4, height: 5 });
  });
});
