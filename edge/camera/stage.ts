import sharp, { type OverlayOptions } from 'sharp';
import { actorById } from '../../fixtures/index.js';
import { drawBackdrop, type Place, stage } from './backdrop.js';
import { cameraErrors } from './errors.js';
import { cutFigure, type Figure } from './figure.js';

export type { Place } from './backdrop.js';
export { stage } from './backdrop.js';

/** How an actor stands in the picture. */
export interface Pose {
  /** Height of the face in the picture, px. */
  readonly face_px: number;
  /** Centre of the face. */
  readonly x: number;
  readonly y: number;
  /** Factor on the brightness. */
  readonly light: number;
}

/** Draws people before a backdrop, from the real pixels of their photos. */
export function createStage({ place = 'corridor' }: { readonly place?: Place } = {}) {
  let empty: Promise<Buffer> | undefined;
  const figures = new Map<string, Promise<Figure>>();

  const figure = (actorId: string): Promise<Figure> => {
    const actor = actorById(actorId);
    if (!actor) throw cameraErrors.unknown_actor({ actor: actorId });
    const known = figures.get(actorId) ?? cutFigure(actor);
    figures.set(actorId, known);
    return known;
  };
  return {
    /** A JPEG of the empty place, or of an actor in it. @throws unknown_actor */
    async draw(actorId: string | undefined, pose: Pose): Promise<Buffer> {
      empty ??= drawBackdrop(place);
      const base = sharp(await empty, { raw: { ...stage, channels: 3 } });
      const overlay = actorId === undefined ? undefined : await placed(await figure(actorId), pose);
      return base
        .composite(overlay ? [overlay] : [])
        .jpeg({ quality: 85 })
        .toBuffer();
    },
  };
}

/** The figure at its size and place; what reaches over the picture's border is cut, which sharp wants. */
async function placed(figure: Figure, pose: Pose): Promise<OverlayOptions | undefined> {
  const { data, width, height, face } = figure;
  const scale = pose.face_px / face.size;
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const left = Math.round(pose.x - (face.x + face.size / 2) * scale);
  const top = Math.round(pose.y - (face.y + face.size / 2) * scale);
  const region = {
    left: Math.max(0, -left),
    top: Math.max(0, -top),
    width: Math.min(stage.width, left + size.width) - Math.max(0, left),
    height: Math.min(stage.height, top + size.height) - Math.max(0, top),
  };
  if (region.width <= 0 || region.height <= 0) return undefined;
  const { data: input, info } = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(size.width, size.height)
    .extract(region)
    .linear([pose.light, pose.light, pose.light, 1], [0, 0, 0, 0])
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    input,
    raw: { width: info.width, height: info.height, channels: 4 },
    left: Math.max(0, left),
    top: Math.max(0, top),
  };
}
