import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { PorterError } from '../protocol/index.js';
import type { Vision } from '../vision/index.js';
import { evalErrors } from './errors.js';

export interface DetectReport {
  readonly pack: string;
  readonly images: readonly {
    readonly image: string;
    readonly faces: number;
    readonly boxes: readonly { x: number; y: number; width: number; height: number; score: number }[];
    /** Code of the error where the picture could not be analysed. */
    readonly error?: string;
  }[];
  readonly faces: number;
  readonly withoutFace: number;
}

const imageFile = /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i;

/** Counts the faces of every picture below a folder. */
export async function evaluateDetection(options: {
  readonly visions: readonly Vision[];
  readonly folder: string;
  readonly onProgress: (done: number, total: number) => void;
}): Promise<DetectReport> {
  const { folder } = options;
  const names = await readdir(folder, { recursive: true }).catch((cause: Error) => {
    throw evalErrors.dataset_unreadable({ folder, problem: cause.message }, { cause });
  });
  const paths: string[] = [];
  for (const name of names.sort()) {
    if (!imageFile.test(name) || basename(name).startsWith('.')) continue;
    // Followed: a link to a picture is a picture.
    const entry = await stat(join(folder, name)).catch(() => undefined);
    if (entry?.isFile()) paths.push(join(folder, name));
  }
  if (paths.length === 0) throw evalErrors.dataset_empty({ folder });
  const images: DetectReport['images'][number][] = [];
  let next = 0;
  await Promise.all(
    options.visions.map(async vision => {
      for (let at = next++; at < paths.length; at = next++) {
        images[at] = await detectIn(vision, folder, paths[at] ?? '');
        options.onProgress(images.filter(Boolean).length, paths.length);
      }
    }),
  );
  return {
    pack: options.visions[0]?.packId ?? '',
    images,
    faces: images.reduce((sum, image) => sum + image.faces, 0),
    withoutFace: images.filter(image => image.faces === 0).length,
  };
}

async function detectIn(
  vision: Vision,
  folder: string,
  path: string,
): Promise<DetectReport['images'][number]> {
  const image = relative(folder, path);
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return { image, faces: 0, boxes: [], error: 'unreadable_file' };
  try {
    const { faces } = await vision.analyse({ bytes }, { embed: false, liveness: false, maxFaces: 0 });
    const boxes = faces.map(({ box, detectorScore }) => ({ ...box, score: detectorScore }));
    return { image, faces: faces.length, boxes };
  } catch (error) {
    if (!(error instanceof PorterError)) throw error;
    return { image, faces: 0, boxes: [], error: error.code };
  }
}
