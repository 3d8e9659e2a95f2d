/** Cuts a byte stream of concatenated JPEG files into files. */
export interface JpegSplitter {
  /** Gives the pictures that the chunk completes, as copies. */
  push(chunk: Buffer): Buffer[];
}

/** A picture larger than this is taken for garbage and skipped. */
const largestPicture_bytes = 8 * 1024 * 1024;

// Marker codes, ITU-T T.81 table B.1. A marker is 0xFF and one of them.
const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const beginning = Buffer.from([0xff, startOfImage, 0xff]);
const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;
/** Without a length behind them. */
const isBare = (code: number): boolean => isRestart(code) || code === 0x01;

/** What the bytes at a position are. */
type Step =
  | { readonly kind: 'next'; readonly at: number; readonly inScan: boolean }
  | { readonly kind: 'end'; readonly at: number }
  | { readonly kind: 'more' }
  /** The next picture begins at `from` or later. */
  | { readonly kind: 'broken'; readonly from: number };

/**
 * Follows the pictures' own structure: segments are passed over by their length, so that the thumbnail in one does not end
 * the picture, and in entropy-coded data 0xFF is a marker unless 0x00 or a restart code follows (T.81, B.1.1.5). A picture
 * that breaks off is given up at the start of the next one.
 */
export function createJpegSplitter(): JpegSplitter {
  let pending: Buffer = Buffer.alloc(0);
  /** Position behind what is known of the picture that starts at 0 of `pending`; 0 when none has begun. */
  let at = 0;
  let inScan = false;

  const restart = (from: number): boolean => {
    at = 0;
    inScan = false;
    const start = pending.indexOf(beginning, from);
    if (start < 0) {
      // The last two bytes may be the beginning of a start.
      pending = pending.subarray(Math.max(from, pending.length - 2));
      return false;
    }
    pending = pending.subarray(start);
    at = 2;
    return true;
  };
  const next = (): Buffer | undefined => {
    while (at > 0 || restart(0)) {
      const step = inScan ? stepInScan(pending, at) : stepInHeader(pending, at);
      if (step.kind === 'more') {
        if (pending.length <= largestPicture_bytes) return undefined;
        if (!restart(pending.length)) return undefined;
      } else if (step.kind === 'broken') {
        if (!restart(step.from)) return undefined;
      } else if (step.kind === 'next') {
        at = step.at;
        inScan = step.inScan;
      } else {
        const picture = Buffer.from(pending.subarray(0, step.at));
        pending = pending.subarray(step.at);
        at = 0;
        inScan = false;
        return picture;
      }
    }
    return undefined;
  };

  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const pictures: Buffer[] = [];
      for (let picture = next(); picture; picture = next()) pictures.push(picture);
      return pictures;
    },
  };
}

/** One marker segment from `at`. */
function stepInHeader(bytes: Buffer, at: number): Step {
  if (bytes.length < at + 2) return { kind: 'more' };
  if (bytes[at] !== 0xff) return { kind: 'broken', from: 2 };
  const code = bytes[at + 1] ?? 0;
  // Any number of 0xFF may stand before a marker.
  if (code === 0xff) return { kind: 'next', at: at + 1, inScan: false };
  if (code === endOfImage) return { kind: 'end', at: at + 2 };
  if (isBare(code)) return { kind: 'next', at: at + 2, inScan: false };
  if (code === startOfImage) return { kind: 'broken', from: at };
  if (code < 0xc0) return { kind: 'broken', from: 2 };
  if (bytes.length < at + 4) return { kind: 'more' };
  const length = bytes.readUInt16BE(at + 2);
  if (length < 2) return { kind: 'broken', from: 2 };
  const end = at + 2 + length;
  if (bytes.length < end) return { kind: 'more' };
  return { kind: 'next', at: end, inScan: code === startOfScan };
}

/** Entropy-coded data from `at` to the next marker. */
function stepInScan(bytes: Buffer, at: number): Step {
  const marker = bytes.indexOf(0xff, at);
  if (marker < 0)
    return bytes.length > at ? { kind: 'next', at: bytes.length, inScan: true } : { kind: 'more' };
  const code = bytes[marker + 1];
  if (code === undefined) {
    return marker > at ? { kind: 'next', at: marker, inScan: true } : { kind: 'more' };
  }
  if (code === 0 || isRestart(code)) return { kind: 'next', at: marker + 2, inScan: true };
  if (code === 0xff) return { kind: 'next', at: marker + 1, inScan: true };
  return { kind: 'next', at: marker, inScan: false };
}
