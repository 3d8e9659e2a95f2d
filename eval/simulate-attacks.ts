import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { readSubjects } from './dataset.js';

export const simulatedSpecies = ['simulated-print', 'simulated-screen'] as const;
type Species = (typeof simulatedSpecies)[number];

/** Of the finished picture, px: what a gate's camera gives. */
const scene = { width: 1_280, height: 720 };
/** Height of the print or screen within it, px. */
const carrier_px = 560;

export interface SimulationOptions {
  /** `<folder>/<person>/<photo>`. */
  readonly folder: string;
  /** Receives a folder per species. */
  readonly target: string;
  /** First photos of each person. */
  readonly perPerson: number;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Makes pictures of prints and screens out of photos: a rehearsal for the eval command and for cues that look for borders, not a
 * measurement of liveness. Paper's gloss, a real screen's pixels and a real camera's optics are not in them; every folder
 * and file says "simulated". The same photos give the same pictures.
 */
export async function simulateAttacks(options: SimulationOptions): Promise<{ readonly pictures: number }> {
  const { folder, target, perPerson, onProgress } = options;
  const subjects = await readSubjects(folder);
  const photos = subjects.flatMap(({ images }) => images.slice(0, perPerson));
  for (const species of simulatedSpecies) await mkdir(join(target, species), { recursive: true });
  let pictures = 0;
  for (const [index, photo] of photos.entries()) {
    const name = `${photo.replace(/[/\\]/g, '-').replace(/\.[a-z]+$/i, '')}.jpg`;
    const small = await readCarrier(join(folder, photo));
    for (const species of simulatedSpecies) {
      await writeFile(join(target, species, name), await present(small, species, index));
      pictures++;
    }
    onProgress(index + 1, photos.length);
  }
  return { pictures };
}

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function readCarrier(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path)
    .rotate()
    .resize({ height: carrier_px, width: 900, fit: 'inside' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The photo on its carrier, held a little askew before a room out of focus. */
async function present(photo: Pixels, species: Species, index: number): Promise<Buffer> {
  const shown = species === 'simulated-print' ? asPrint(photo, index) : asScreen(photo, index);
  const raw = { width: photo.width, height: photo.height, channels: 3 as const };
  const margin = Math.round(carrier_px * (species === 'simulated-print' ? 0.05 : 0.03));
  const edge = species === 'simulated-print' ? { r: 236, g: 233, b: 226 } : { r: 14, g: 14, b: 16 };
  const carrier = await sharp(shown, { raw })
    .blur(0.6)
    .extend({ top: margin, bottom: margin, left: margin, right: margin, background: edge })
    .png()
    .toBuffer();
  const held = await sharp(carrier)
    .rotate(((index % 5) - 2) * 2, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .resize({ width: scene.width, height: scene.height, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
  return sharp(await room(index))
    .composite([{ input: held, gravity: 'centre' }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** Ink on paper: less range, and a screen of dots finer than the camera quite resolves. */
function asPrint({ data, width }: Pixels, index: number): Buffer {
  const out = Buffer.alloc(data.length);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const angle = 0.26 + 0.5 * (i % 3) + index * 0.1;
    const along = x * Math.cos(angle) + y * Math.sin(angle);
    const across = y * Math.cos(angle) - x * Math.sin(angle);
    const dots = 9 * Math.sin(along * 2.1) * Math.sin(across * 2.1);
    out[i] = clamp(34 + 0.74 * (data[i] ?? 0) + dots);
  }
  return out;
}

/** A lit panel: bluish, its pixel grid beating with the camera's, and a lamp's reflection in the glass. */
function asScreen({ data, width, height }: Pixels, index: number): Buffer {
  const out = Buffer.alloc(data.length);
  const lamp = { x: width * (0.2 + 0.15 * (index % 5)), y: height * 0.2 };
  for (let i = 0; i < data.length; i++) {
    const channel = i % 3;
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const beat =
      10 * Math.sin(x * 1.9 + channel * 2.1 + y * 0.05) + 7 * Math.sin(y * 0.31 + x * 0.07 + channel);
    const glare = 110 * Math.exp(-(((x - lamp.x) / 60) ** 2) - ((y - lamp.y) / 35) ** 2);
    out[i] = clamp((data[i] ?? 0) * (channel === 2 ? 1.1 : 0.97) + 8 + beat + glare);
  }
  return out;
}

function room(index: number): Promise<Buffer> {
  const tone = 90 + 20 * (index % 4);
  const data = Buffer.alloc(64 * 36 * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % 64, Math.floor(pixel / 64)];
    data[i] = clamp(tone + 30 * Math.sin(x * 0.2 + index) + 20 * Math.cos(y * 0.3 + index * 2) + (i % 3) * 4);
  }
  return sharp(data, { raw: { width: 64, height: 36, channels: 3 } })
    .resize({ ...scene, fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
