import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Clock, Frame, FrameSource } from '../contracts.js';
import { cameraErrors } from './errors.js';

const picture = /\.(jpe?g|png)$/i;
/** A larger file is passed over. */
const largestFile_bytes = 32 * 1024 * 1024;

export interface FolderOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Default 2. */
  readonly framesPerSecond?: number;
  /** Shows the folder over and over, with the pictures that were added meanwhile. Default true. */
  readonly loop?: boolean;
}

/** Shows the JPEG and PNG pictures of a folder in name order. What cannot be read is passed over. @throws camera_folder_empty */
export function createFolderSource(options: FolderOptions): FrameSource {
  const { folder, clock, framesPerSecond = 2, loop = true } = options;
  return {
    description: folder,
    async *open(signal): AsyncIterable<Frame> {
      let sequence = 0;
      do {
        const before = sequence;
        for (const name of await pictureNames(folder)) {
          if (signal.aborted) return;
          const jpeg = await readJpeg(join(folder, name));
          if (!jpeg) continue;
          yield { jpeg, sequence: sequence++, capturedAt_ms: clock.monotonic_ms() };
          await clock.sleep(1000 / framesPerSecond, signal);
        }
        // Without a pause in between, a folder of unreadable pictures would be read without end.
        if (sequence === before) throw cameraErrors.camera_folder_empty({ folder });
      } while (loop && !signal.aborted);
    },
  };
}

async function pictureNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => picture.test(name)).sort();
  } catch (cause) {
    throw cameraErrors.camera_not_found({ camera: folder }, { cause });
  }
}

async function readJpeg(path: string): Promise<Uint8Array | undefined> {
  try {
    if ((await stat(path)).size > largestFile_bytes) return undefined;
    const bytes = await readFile(path);
    return /\.png$/i.test(path) ? await sharp(bytes).jpeg({ quality: 92 }).toBuffer() : bytes;
  } catch {
    return undefined;
  }
}
