import { squareInside } from './align.js';
import { lumaOf, type RgbImage, resizeRegion } from './image.js';
import type { Box } from './types.js';

/** Side of the picture in which lines are looked for, px. */
const side_px = 96;
/** That picture shows so many face boxes: a phone or a portrait print held up fits in. */
const scale = 3.2;
/** Half the difference of the neighbours' luma at an edge, at least. */
const leastStep = 7;
/** A carrier is held upright within this, degrees, and its opposite sides are parallel within the other. */
const mostTilt_deg = 10;
const mostSkew_deg = 5;
/** Share of a line's points that lie on an edge, at least, to be looked at more closely. */
const leastSupport = 0.55;
const mostCandidates = 8;

/** x = at + slope·(y − middle) of an upright line; x and y exchanged of a level one. px of the small picture. */
interface Line {
  readonly at: number;
  readonly slope: number;
  readonly tilt_deg: number;
  /** Of its points on an edge, those that meet it to the pixel count more. */
  readonly fit: number;
}

/** +1 or −1 where the luma steps up or down across an upright (or level) edge, 0 elsewhere. */
type Edges = Int8Array;

/**
 * How far straight edges close the face in from the left, the right and below, as those of a print, a phone or a tablet do: 0 to 1,
 * the least complete of the three sides. A line across neck or chest that ends in two corners is what tells a carrier
 * from a doorway or a window behind somebody alive, whose body hides their lower edge.
 */
export function borderAround(image: RgbImage, box: Box): number {
  const region = squareInside(box, scale, image);
  if (!(region.width >= 16 && region.height >= 16)) return 0;
  const luma = lumaOf(resizeRegion(image, region, side_px, side_px));
  const { upright, level } = edgesOf(luma);
  const zoom = side_px / region.width;
  const face = {
    left: (box.x - region.x) * zoom,
    right: (box.x + box.width - region.x) * zoom,
    top: (box.y - region.y) * zoom,
    bottom: (box.y + box.height - region.y) * zoom,
  };
  const middle = (face.top + face.bottom) / 2;
  const centre = (face.left + face.right) / 2;
  const inset = 0.05 * (face.right - face.left);
  const besides = { from: middle, to: face.bottom };
  const left = candidates(upright, { least: 1, most: face.left + inset }, besides);
  const right = candidates(upright, { least: face.right - inset, most: side_px - 2 }, besides);
  if (left.length === 0 || right.length === 0) return 0;
  const across = { from: face.left, to: face.right };
  const below = candidates(level, { least: face.bottom - inset, most: side_px - 2 }, across);
  let best = 0;
  for (const bottom of below) {
    for (const one of left) {
      for (const other of right) {
        if (!isUpsideOfRectangle(one, other, bottom)) continue;
        best = Math.max(best, closure({ upright, level }, { one, other, bottom, middle, centre }));
      }
    }
  }
  return best;
}

/** Both sides stand as straight on the lower edge as a hand and a camera leave it. */
function isUpsideOfRectangle(left: Line, right: Line, bottom: Line): boolean {
  const upright_deg = (left.tilt_deg + right.tilt_deg) / 2;
  return (
    Math.abs(left.tilt_deg - right.tilt_deg) <= mostSkew_deg &&
    Math.abs(upright_deg + bottom.tilt_deg) <= mostSkew_deg
  );
}

/** Support of the three sides from corner to corner, and up to the middle of the face; the least of them. */
function closure(
  { upright, level }: { readonly upright: Edges; readonly level: Edges },
  sides: {
    readonly one: Line;
    readonly other: Line;
    readonly bottom: Line;
    readonly middle: number;
    readonly centre: number;
  },
): number {
  const { one, other, bottom, middle } = sides;
  const leftCorner = cornerOf(one, bottom);
  const rightCorner = cornerOf(other, bottom);
  const within = [leftCorner.y, rightCorner.y].every(y => y > middle && y < side_px - 1);
  if (!within || rightCorner.x - leftCorner.x < side_px / 6) return 0;
  return Math.min(
    supportOf(upright, one, { from: middle, to: leftCorner.y }),
    supportOf(upright, other, { from: middle, to: rightCorner.y }),
    supportOf(level, bottom, { from: leftCorner.x, to: rightCorner.x }),
  );
}

function cornerOf(upright: Line, level: Line): { readonly x: number; readonly y: number } {
  const half = side_px / 2;
  // x = a + s·(y − h) and y = b + t·(x − h), solved for x.
  const x =
    (upright.at + upright.slope * (level.at - half - level.slope * half)) / (1 - upright.slope * level.slope);
  return { x, y: level.at + level.slope * (x - half) };
}

/** The best lines that cross the given range of positions, each supported along the given stretch. */
function candidates(
  edges: Edges,
  range: { readonly least: number; readonly most: number },
  stretch: { readonly from: number; readonly to: number },
): Line[] {
  const found: Line[] = [];
  const crossing = (stretch.from + stretch.to) / 2 - side_px / 2;
  for (let tilt_deg = -mostTilt_deg; tilt_deg <= mostTilt_deg; tilt_deg++) {
    const slope = Math.tan((tilt_deg * Math.PI) / 180);
    for (let position = Math.ceil(range.least); position <= range.most; position++) {
      const line = { at: position - slope * crossing, slope, tilt_deg };
      const near = supportOf(edges, line, stretch);
      if (near < leastSupport) continue;
      found.push({ ...line, fit: near + supportOf(edges, line, stretch, 0) });
    }
  }
  found.sort((a, b) => b.fit - a.fit || Math.abs(a.tilt_deg) - Math.abs(b.tilt_deg));
  const apart: Line[] = [];
  for (const line of found) {
    const near = (one: Line): boolean => {
      const here = one.at + one.slope * crossing;
      return (
        Math.abs(here - (line.at + line.slope * crossing)) < 3 && Math.abs(one.tilt_deg - line.tilt_deg) < 3
      );
    };
    if (!apart.some(near)) apart.push(line);
    if (apart.length === mostCandidates) break;
  }
  return apart;
}

/** Share of the points between two positions along a line that have an edge of one and the same direction within `reach` px. */
function supportOf(
  edges: Edges,
  { at, slope }: Pick<Line, 'at' | 'slope'>,
  { from, to }: { readonly from: number; readonly to: number },
  reach: 0 | 1 = 1,
): number {
  const start = Math.max(0, Math.ceil(from));
  const end = Math.min(side_px - 1, Math.floor(to));
  if (end - start < 4) return 0;
  let up = 0;
  let down = 0;
  for (let along = start; along <= end; along++) {
    const across = Math.round(at + slope * (along - side_px / 2));
    if (across < 1 || across > side_px - 2) continue;
    const row = along * side_px + across;
    const [a, b, c] = [edges[row - reach], edges[row], edges[row + reach]];
    if (a === 1 || b === 1 || c === 1) up++;
    if (a === -1 || b === -1 || c === -1) down++;
  }
  return Math.max(up, down) / (end - start + 1);
}

/** Edges in two lists, both with the line's own direction as the slower index. */
function edgesOf(luma: Float32Array): { readonly upright: Edges; readonly level: Edges } {
  const upright = new Int8Array(side_px * side_px);
  const level = new Int8Array(side_px * side_px);
  const at = (x: number, y: number): number => luma[y * side_px + x] as number;
  for (let y = 1; y < side_px - 1; y++) {
    for (let x = 1; x < side_px - 1; x++) {
      const gx = (at(x + 1, y) - at(x - 1, y)) / 2;
      const gy = (at(x, y + 1) - at(x, y - 1)) / 2;
      if (Math.abs(gx) >= leastStep && Math.abs(gx) > 1.5 * Math.abs(gy))
        upright[y * side_px + x] = Math.sign(gx);
      if (Math.abs(gy) >= leastStep && Math.abs(gy) > 1.5 * Math.abs(gx))
        level[x * side_px + y] = Math.sign(gy);
    }
  }
  return { upright, level };
}
