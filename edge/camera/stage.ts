import sharp, { type OverlayOptions } from 'sharp';
import { actorById, cutOut } from '../../fixtures/index.js';
import { cameraErrors } from './errors.js';

export const stage = { width: 1280, height: 720 } as const;

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

/** Draws people onto a corridor: the real pixels of their photo, faded into the backdrop at the edges. */
export function createStage() {
  let empty: Promise<Buffer> | undefined;
  const people = new Map<string, Promise<Person>>();

  const person = (actorId: string): Promise<Person> => {
    const known = people.get(actorId) ?? cutPerson(actorId);
    people.set(actorId, known);
    return known;
  };
  const backdrop = (): Promise<Buffer> => {
    empty ??= sharp(Buffer.from(corridor)).removeAlpha().raw().toBuffer();
    return empty;
  };
  return {
    async draw(actorId: string | undefined, pose: Pose): Promise<Buffer> {
      const base = sharp(await backdrop(), { raw: { ...stage, channels: 3 } });
      if (actorId === undefined) return base.jpeg({ quality: 85 }).toBuffer();
      const { png, width, height, face } = await person(actorId);
      const scale = pose.face_px / face.size;
      const scaled = await sharp(png)
        .resize(Math.round(width * scale), Math.round(height * scale))
        .modulate({ brightness: pose.light })
        .toBuffer();
      const left = Math.round(pose.x - (face.x + face.size / 2) * scale);
      const top = Math.round(pose.y - (face.y + face.size / 2) * scale);
      return base
        .composite([await clipped(scaled, left, top)])
        .jpeg({ quality: 85 })
        .toBuffer();
    },
  };
}

interface Person {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
  readonly face: { readonly x: number; readonly y: number; readonly size: number };
}

async function cutPerson(actorId: string): Promise<Person> {
  const actor = actorById(actorId);
  if (!actor) throw cameraErrors.unknown_actor({ actor: actorId });
  const { data, width, height, face } = await cutOut(actor.face, { sides: 1.02, above: 0.95, below: 1.9 });
  const fade = Math.round(face.size * 0.14);
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><filter id="f" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="${fade / 2}"/></filter></defs><rect x="${fade}" y="${fade}" width="${width - 2 * fade}" height="${height}" rx="${face.size * 0.75}" fill="#fff" filter="url(#f)"/></svg>`;
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .ensureAlpha()
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  return { png, width, height, face };
}

/** sharp refuses overlays that reach over the border: cut what would. */
async function clipped(input: Buffer, left: number, top: number): Promise<OverlayOptions> {
  const { width = 0, height = 0 } = await sharp(input).metadata();
  const x = Math.max(0, -left);
  const y = Math.max(0, -top);
  const region = {
    left: x,
    top: y,
    width: Math.max(1, Math.min(width - x, stage.width - Math.max(0, left))),
    height: Math.max(1, Math.min(height - y, stage.height - Math.max(0, top))),
  };
  return {
    input: await sharp(input).extract(region).toBuffer(),
    left: Math.max(0, left),
    top: Math.max(0, top),
  };
}

const corridor = `<svg xmlns="http://www.w3.org/2000/svg" width="${stage.width}" height="${stage.height}">
<defs><linearGradient id="w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c9cfd6"/><stop offset="0.7" stop-color="#aab3bd"/><stop offset="1" stop-color="#7f8993"/></linearGradient></defs>
<rect width="1280" height="720" fill="url(#w)"/>
<polygon points="0,720 430,470 850,470 1280,720" fill="#8d949c"/>
<polygon points="0,0 430,130 430,470 0,720" fill="#b5bdc6"/><polygon points="1280,0 850,130 850,470 1280,720" fill="#a9b2bc"/>
<rect x="430" y="130" width="420" height="340" fill="#d6dbe0"/><rect x="560" y="210" width="160" height="260" fill="#9fa9b4"/>
<polygon points="80,130 250,185 250,520 80,600" fill="#98a3ae"/><polygon points="1200,130 1030,185 1030,520 1200,600" fill="#909ba7"/>
<polygon points="300,0 980,0 850,130 430,130" fill="#e4e8ec"/><polygon points="560,20 720,20 690,100 590,100" fill="#fbfcfd"/>
</svg>`;
