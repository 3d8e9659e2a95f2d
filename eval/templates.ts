import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { PorterError } from '../protocol/index.js';
import { type Face, type ImageAnalysis, maxPixels, type Vision } from '../vision/index.js';

/** One photo's face as evaluation needs it. */
export interface PhotoTemplate {
  readonly embedding: Float32Array;
  /** 0 to 1; the photo's weight when several are averaged. */
  readonly quality: number;
}

export interface Extraction {
  /** By path; a photo without a face is missing. */
  readonly templates: ReadonlyMap<string, PhotoTemplate>;
  readonly images: number;
  /** Photos in which a face was found. */
  readonly faces: number;
  /** Mean over the photos, by stage. */
  readonly msPerStage: Readonly<Record<string, number>>;
}

export interface ExtractionOptions {
  /** Several run at the same time, one photo each. */
  readonly visions: readonly Vision[];
  readonly folder: string;
  /** Paths below `folder`, each once. */
  readonly paths: readonly string[];
  /** Border to add on each side, as a share of the picture's size. */
  readonly pad: number;
  readonly onProgress: (done: number, total: number) => void;
}

/** Embeds the face nearest the centre of every photo, whatever its quality. Unreadable photos count as failures to acquire. */
export async function extractTemplates(options: ExtractionOptions): Promise<Extraction> {
  const { visions, folder, paths, pad, onProgress } = options;
  const templates = new Map<string, PhotoTemplate>();
  const total_ms: Record<string, number> = {};
  let next = 0;
  let done = 0;
  const work = async (vision: Vision): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const analysis = await analysePhoto(vision, join(folder, path), pad);
      const face = analysis?.faces.find(one => one.embedding);
      if (face?.embedding) templates.set(path, { embedding: face.embedding, quality: weightOf(face) });
      for (const [stage, ms] of Object.entries(analysis?.times_ms ?? {})) {
        total_ms[stage] = (total_ms[stage] ?? 0) + ms;
      }
      onProgress(++done, paths.length);
    }
  };
  await Promise.all(visions.map(work));
  return {
    templates,
    images: paths.length,
    faces: templates.size,
    msPerStage: Object.fromEntries(
      Object.entries(total_ms).map(([stage, ms]) => [stage, ms / Math.max(1, paths.length)]),
    ),
  };
}

/** A poor photo still counts a little: with one photo only, its weight does not matter. */
const weightOf = (face: Face): number => Math.max(0.05, face.quality.score);

async function analysePhoto(vision: Vision, path: string, pad: number): Promise<ImageAnalysis | undefined> {
  const bytes = await readPhoto(path, pad);
  if (!bytes) return undefined;
  try {
    return await vision.analyse(
      { bytes },
      { only: 'nearest-centre', liveness: false, mirror: true, embedPoor: true },
    );
  } catch (error) {
    if (error instanceof PorterError && failuresOfThePhoto.has(error.code)) return undefined;
    // The pack or the worker is at fault: figures without the photo would be wrong.
    throw error;
  }
}

/** Codes that say something about the one photo and nothing about the others. */
const failuresOfThePhoto = new Set([
  'empty_image',
  'unreadable_image',
  'image_too_large',
  'model_output_invalid',
  'vision_worker_lost',
]);

/** Undefined when the file cannot be read, whatever the reason: that is a failure to acquire, not to evaluate. */
async function readPhoto(path: string, pad: number): Promise<Uint8Array | undefined> {
  try {
    return pad > 0 ? await withBorder(path, pad) : await readFile(path);
  } catch {
    return undefined;
  }
}

/** Adds a border that repeats the picture's edge, so that a tight crop leaves the detector room. */
export async function withBorder(path: string, pad: number): Promise<Buffer> {
  const upright = await sharp(path, { limitInputPixels: maxPixels })
    .rotate()
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = upright.info;
  const vertical = Math.round(height * pad);
  const horizontal = Math.round(width * pad);
  return sharp(upright.data, { raw: { width, height, channels } })
    .extend({ top: vertical, bottom: vertical, left: horizontal, right: horizontal, extendWith: 'copy' })
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** The quality-weighted mean of the photos' embeddings, of unit length; undefined when none has a face. */
export function groupTemplate(
  photos: readonly string[],
  templates: ReadonlyMap<string, PhotoTemplate>,
): Float32Array | undefined {
  let sum: Float32Array | undefined;
  for (const photo of photos) {
    const template = templates.get(photo);
    if (!template) continue;
    sum ??= new Float32Array(template.embedding.length);
    for (let i = 0; i < sum.length; i++) {
      sum[i] = (sum[i] ?? 0) + template.quality * (template.embedding[i] ?? 0);
    }
  }
  if (!sum) return undefined;
  const length = Math.sqrt(dot(sum, sum));
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) / length;
  return sum;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
