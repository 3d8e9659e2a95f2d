import type { Detection } from './boxes.js';
import type { Engine } from './engine.js';
import { type RgbImage, resizeRegion } from './image.js';

/** Border on each side, as a share of the picture's size. */
const border = 0.35;
/** A detector's input is smaller still. */
const longestSide_px = 640;

/**
 * Looks for faces in the picture with a border around it that repeats its edge: a face that fills the picture to the edges is
 * none to a detector that has learnt from faces with something around them. Boxes are in px of the picture itself.
 */
export async function detectWithBorder(engine: Engine, image: RgbImage): Promise<readonly Detection[]> {
  const area = {
    x: -border * image.width,
    y: -border * image.height,
    width: (1 + 2 * border) * image.width,
    height: (1 + 2 * border) * image.height,
  };
  const scale = Math.min(1, longestSide_px / Math.max(area.width, area.height));
  const width = Math.max(1, Math.round(area.width * scale));
  const height = Math.max(1, Math.round(area.height * scale));
  const detections = await engine.detect(resizeRegion(image, area, width, height));
  const [across, down] = [area.width / width, area.height / height];
  return detections.map(({ box, ...rest }) => ({
    ...rest,
    box: {
      x: area.x + box.x * across,
      y: area.y + box.y * down,
      width: box.width * across,
      height: box.height * down,
    },
  }));
}
