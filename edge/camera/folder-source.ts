import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Clock, Frame, FrameSource } from '../contracts.js';
import { cameraErrors } from './errors.js';

const picture = /\.(jpe?g|png|webp)$/i;

/** Shows the pictures of a folder in name order, over and over. Others than JPEG are converted. */
export function createFolderSource(options: {
  readonly folder: string;
  readonly clock: Clock;
  readonly interval_ms?: number;
}): FrameSource {
  const { folder, clock, interval_ms = 500 } = options;
  return {
    description: folder,
    async *open(signal): AsyncIterable<Frame> {
      let sequence = 0;
      while (!signal.aborted) {
        const names = (await readdir(folder)).filter(name => picture.test(name)).sort();
        if (names.length === 0) throw cameraErrors.camera_folder_empty({ folder });
        for (const name of names) {
          if (signal.aborted) return;
          const bytes = await readFile(join(folder, name));
          const jpeg = /\.jpe?g$/i.test(name) ? bytes : await sharp(bytes).jpeg({ quality: 92 }).toBuffer();
          yield { jpeg, sequence: sequence++, capturedAt_ms: clock.monotonic_ms() };
          await clock.sleep(interval_ms, signal);
        }
      }
    },
  };
}
