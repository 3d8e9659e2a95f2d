import type { RgbImage } from './image.js';

/** Zones of the aligned 112 × 112 px crop: left, top, right, bottom. */
const mouthAndChin = [38, 80, 74, 106] as const;
const cheeks = [
  [28, 58, 44, 72],
  [68, 58, 84, 72],
] as const;

/**
 * How far the colour of mouth and chin is from that of the cheeks under the eyes, in units of chrominance (0–180), a brighter one counted by
 * half its luma: bare faces stay
 * below 18 in 95 of 100 photos, most masks are beyond 25. A heuristic: blind to a hand (it has the skin's own colour) and in
 * pictures without colour; coloured light from one side raises it.
 */
export function tintOfLowerFace(portrait: RgbImage): number {
  const lower = meanColour(portrait, mouthAndChin);
  const [left, right] = [meanColour(portrait, cheeks[0]), meanColour(portrait, cheeks[1])];
  const blue = lower.blue - (left.blue + right.blue) / 2;
  const red = lower.red - (left.red + right.red) / 2;
  // A beard or a shadow makes the lower face darker; hardly anything but cloth makes it much brighter.
  const brighter = Math.max(0, lower.luma - (left.luma + right.luma) / 2);
  return Math.hypot(blue, red, brighter / 2);
}

/** Mean luma, and mean Cb and Cr around zero (ITU-R BT.601). */
function meanColour(
  { width, data }: RgbImage,
  [left, top, right, bottom]: readonly [number, number, number, number],
) {
  let r = 0;
  let g = 0;
  let b = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const p = (y * width + x) * 3;
      r += data[p] ?? 0;
      g += data[p + 1] ?? 0;
      b += data[p + 2] ?? 0;
    }
  }
  const pixels = (right - left) * (bottom - top);
  return {
    luma: (0.299 * r + 0.587 * g + 0.114 * b) / pixels,
    blue: (-0.169 * r - 0.331 * g + 0.5 * b) / pixels,
    red: (0.5 * r - 0.419 * g - 0.081 * b) / pixels,
  };
}
