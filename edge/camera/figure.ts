import sharp from 'sharp';
import { type Actor, cutOut } from '../../fixtures/index.js';

/** A person without surroundings, as RGBA pixels, from head to foot. */
export interface Figure {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  /** Where the face lies in it, px. */
  readonly face: { readonly x: number; readonly y: number; readonly size: number };
}

type Point = readonly [number, number];

/** How far a figure reaches from the face's centre, in face sizes. */
const around = { sides: 1.5, above: 1.15, below: 2.4 } as const;
const feet = 5.6;

/** Height of a figure's face, px: as much as a standing person's in the picture, so that nothing is scaled for nothing. */
const faceSize_px = 240;
/** Standard deviation of the blur along the outline: hair has no edge. */
const softEdge_px = 8;
const quick = { compressionLevel: 1 };

/** Cuts an actor out of the photo along the outline, and draws the legs that no photo shows. */
export async function cutFigure(actor: Actor): Promise<Figure> {
  const cut = await cutOut(actor.face, around);
  const scale = faceSize_px / cut.face.size;
  const width = Math.round(cut.width * scale);
  const cutHeight = Math.round(cut.height * scale);
  const face = { x: cut.face.x * scale, y: cut.face.y * scale, size: faceSize_px };
  const centre = { x: face.x + faceSize_px / 2, y: face.y + faceSize_px / 2 };
  const height = Math.round(centre.y + feet * faceSize_px);
  const origin = { x: actor.face.x - cut.face.x, y: actor.face.y - cut.face.y };
  const outline = pointsOf(actor.outline).map(
    ([x, y]): Point => [(x - origin.x) * scale, (y - origin.y) * scale],
  );

  const mask = await sharp(svg(width, cutHeight, silhouette(outline)))
    .blur(softEdge_px)
    .png(quick)
    .toBuffer();
  const { light = 1 } = actor;
  const person = await sharp(cut.data, { raw: { width: cut.width, height: cut.height, channels: 3 } })
    .resize(width, cutHeight)
    .linear(light, 0)
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }])
    .raw()
    .toBuffer();
  const data = await sharp(svg(width, height, body({ outline, centre, height, clothes: actor.clothes })))
    .blur(softEdge_px)
    .composite([{ input: person, raw: { width, height: cutHeight, channels: 4 }, left: 0, top: 0 }])
    .raw()
    .toBuffer();
  return { data, width, height, face };
}

function pointsOf(text: string): Point[] {
  return text
    .trim()
    .split(/\s+/)
    .map(pair => {
      const [x = 0, y = 0] = pair.split(',').map(Number);
      return [x, y];
    });
}

/** Fading out where the photo ends. */
function silhouette(outline: readonly Point[]): string {
  const points = outline.map(([x, y]) => `${x},${y}`).join(' ');
  const end = Math.max(...outline.map(([, y]) => y));
  const from = end - 0.4 * faceSize_px;
  return `<linearGradient id="fade" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="${from}" y2="${end}"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient>
<polygon points="${points}" fill="url(#fade)"/>`;
}

/** A plain body below the outline's lower end: seen from afar only, and out of the picture when near. */
function body(figure: {
  readonly outline: readonly Point[];
  readonly centre: { readonly x: number; readonly y: number };
  readonly height: number;
  readonly clothes: string;
}): string {
  const { outline, centre, height, clothes } = figure;
  const size = faceSize_px;
  const end = Math.max(...outline.map(([, y]) => y));
  const hem = outline.filter(([, y]) => y > end - 0.35 * size).map(([x]) => x);
  const left = Math.min(...hem);
  const right = Math.max(...hem);
  const middle = (left + right) / 2;
  const half = Math.min((right - left) / 2, 0.8 * size);
  const top = end - 0.38 * size;
  const hip = centre.y + 3.3 * size;
  const shape = `M${left},${top} H${right} C${right},${end + 0.2 * size} ${middle + half},${end} ${middle + half},${hip}
L${middle + half * 0.75},${height} H${middle + half * 0.12} L${middle},${hip + size * 0.4} L${middle - half * 0.12},${height} H${middle - half * 0.75}
L${middle - half},${hip} C${middle - half},${end} ${left},${end + 0.2 * size} ${left},${top} Z`;
  return `<linearGradient id="clothes" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="${top}" y2="${hip}"><stop offset="0" stop-color="${clothes}"/><stop offset="0.5" stop-color="${clothes}"/><stop offset="1" stop-color="#24272c"/></linearGradient>
<path d="${shape}" fill="url(#clothes)"/>`;
}

function svg(width: number, height: number, content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
  );
}
