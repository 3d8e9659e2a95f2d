import sharp from 'sharp';
import { expect, it } from 'vitest';
import { npmPackageFolder } from '../models/index.js';
import type { Engine } from './engine.js';
import type { RgbImage } from './image.js';
import { createVision } from './index.js';
import { detectWithBorder } from './second-look.js';

it.each([
  [200, 100],
  [3_000, 2_000],
  [1, 1],
])('a border around %d×%d px is undone in the boxes', async (width, height) => {
  const image = { width, height, data: new Uint8Array(width * height * 3).fill(90) };
  let shown: RgbImage | undefined;
  const detect: Engine['detect'] = async bordered => {
    shown = bordered;
    // The whole picture without its border, as seen in the bordered one.
    const [across, down] = [bordered.width / 1.7, bordered.height / 1.7];
    const box = { x: 0.35 * across, y: 0.35 * down, width: across, height: down };
    return [{ box, score: 0.9, certainty: 1 }];
  };
  const [found] = await detectWithBorder({ detect } as Engine, image);
  expect(Math.max(shown?.width ?? 0, shown?.height ?? 0)).toBeLessThanOrEqual(640);
  for (const [side, expected] of Object.entries({ x: 0, y: 0, width, height })) {
    expect(found?.box[side as 'x']).toBeCloseTo(expected, 6);
  }
});

it('a face cut so tight that the detector misses it is found and embedded when one face is asked for', async () => {
  const vision = await createVision();
  try {
    const path = `${npmPackageFolder('@vladmandic/face-api')}/demo/sample3.jpg`;
    const photo = sharp(path).extract({ left: 400, top: 150, width: 600, height: 600 });
    const { faces } = await vision.analyse({ bytes: await photo.jpeg().toBuffer() });
    const { x, y, width, height } = faces[0]!.box;
    const tight = sharp(await photo.toBuffer()).extract({
      left: Math.round(x + width * 0.22),
      top: Math.round(y + height * 0.3),
      width: Math.round(width * 0.56),
      height: Math.round(height * 0.62),
    });
    const bytes = await tight.resize(90).jpeg().toBuffer();
    expect((await vision.analyse({ bytes }, { embed: false })).faces).toEqual([]);
    const single = await vision.analyse({ bytes }, { only: 'nearest-centre', embedPoor: true });
    expect(single.faces.filter(face => face.embedding)).toHaveLength(1);
  } finally {
    await vision.close();
  }
});
