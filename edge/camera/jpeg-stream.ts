/** Cuts a byte stream of concatenated JPEG files into files. */
export interface JpegSplitter {
  /** Gives the pictures that the chunk completes. */
  push(chunk: Buffer): Buffer[];
}

const startOfImage = Buffer.from([0xff, 0xd8, 0xff]);
const endOfImage = Buffer.from([0xff, 0xd9]);
/** A picture larger than this is taken for garbage and skipped. */
const largestPicture_bytes = 16 * 1024 * 1024;

/**
 * Looks for start and end markers. Within entropy-coded data 0xFF is always followed by 0x00 or a restart marker (ITU-T T.81,
 * B.1.1.5), so an end marker is real unless it is part of an embedded thumbnail, which encoders of live streams do not write.
 */
export function createJpegSplitter(): JpegSplitter {
  let pending: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const pictures: Buffer[] = [];
      for (;;) {
        const start = pending.indexOf(startOfImage);
        if (start < 0) {
          // The last two bytes may be the beginning of a start marker.
          pending = pending.subarray(Math.max(0, pending.length - 2));
          return pictures;
        }
        const end = pending.indexOf(endOfImage, start + startOfImage.length);
        if (end < 0) {
          pending = pending.subarray(start);
          if (pending.length > largestPicture_bytes) pending = Buffer.alloc(0);
          return pictures;
        }
        pictures.push(Buffer.from(pending.subarray(start, end + 2)));
        pending = pending.subarray(end + 2);
      }
    },
  };
}
