import { fitSimilarity, type RgbImage, warpSquare } from './image.js';
import type { Box, Point } from './types.js';

/** Side of the upright crop that quality is measured on and most embedders take, px. */
export const portraitSize_px = 112;

/** Where ArcFace's alignment puts eyes, nose tip and mouth corners on 112 × 112 px (left and right as in the picture). */
export const portraitTemplate: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/**
 * Eyes, nose tip and mouth corners out of the 68. An eye is the mean of its four lid points, a mouth corner of its outer
 * and inner point: steadier than the single points.
 */
export function fivePoints(landmarks: readonly Point[]): readonly Point[] {
  return [
    meanOf(landmarks, [37, 38, 40, 41]),
    meanOf(landmarks, [43, 44, 46, 47]),
    meanOf(landmarks, [30]),
    meanOf(landmarks, [48, 60]),
    meanOf(landmarks, [54, 64]),
  ];
}

/** Turns, scales and shifts the face so that its five points come closest to the template's. */
export function alignFace(
  image: RgbImage,
  landmarks: readonly Point[],
  template: readonly Point[] = portraitTemplate,
  size_px: number = portraitSize_px,
): RgbImage {
  return warpSquare(image, fitSimilarity(template, fivePoints(landmarks)), size_px);
}

/** A square whose side is the box's longer side times `scale`, its centre `shift` of that side below the box's. */
export function squareAround(box: Box, scale: number, shift = 0): Box {
  const side = Math.max(box.width, box.height) * scale;
  const y = box.y + (box.height - side) / 2 + shift * side;
  return { x: box.x + (box.width - side) / 2, y, width: side, height: side };
}

/** The smallest box that holds all points. */
export function boundsOf(points: readonly Point[]): Box {
  const xs = points.map(point => point.x);
  const ys = points.map(point => point.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** As `squareAround`, made smaller and moved where it would reach over the image's border. */
export function squareInside(box: Box, scale: number, image: { width: number; height: number }): Box {
  const longer = Math.max(box.width, box.height);
  const side = Math.min(longer * scale, image.width - 1, image.height - 1);
  const x = box.x + (box.width - side) / 2;
  const y = box.y + (box.height - side) / 2;
  return {
    x: Math.min(Math.max(x, 0), image.width - side),
    y: Math.min(Math.max(y, 0), image.height - side),
    width: side,
    height: side,
  };
}

/** Mean of some of the points. */
export function meanOf(points: readonly Point[], indices: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (const index of indices) {
    const point = points[index];
    if (point === undefined) throw new RangeError(`there is no landmark ${index}`);
    x += point.x;
    y += point.y;
  }
  return { x: x / indices.length, y: y / indices.length };
}
