/** What the headers of a JPEG file say, read without decoding it. */
export type JpegHeader =
  | {
      readonly kind: 'ok';
      readonly width: number;
      readonly height: number;
      /** 8-bit YCbCr with no turn: what the fast decoder gives right. */
      readonly plain: boolean;
    }
  | { readonly kind: 'damaged'; readonly problem: string };

const maxSegments = 1000;
const startOfScan = 0xda;
const exifOrientationTag = 0x0112;

/** Walks the segments up to the first scan (ITU-T T.81, Annex B), and looks for the end marker behind it. */
export function inspectJpeg(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let size: { width: number; height: number; plain: boolean } | undefined;
  let turned = false;
  let adobeRgb = false;
  let at = 2;
  for (let segment = 0; segment < maxSegments && at + 4 <= bytes.length; segment++) {
    if (view.getUint8(at) !== 0xff) return { kind: 'damaged', problem: 'a JPEG marker is missing' };
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length)
      return { kind: 'damaged', problem: 'the file is cut off in its header' };
    if (isFrameHeader(marker) && length >= 8) {
      size = {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        // Baseline, extended and progressive Huffman; 8 bits; three components.
        plain: marker <= 0xc2 && view.getUint8(at + 4) === 8 && view.getUint8(at + 9) === 3,
      };
    } else if (marker === 0xe1) {
      turned ||= exifOrientation(bytes.subarray(at + 4, end)) > 1;
    } else if (marker === 0xee && length >= 14 && textAt(bytes, at + 4, 5) === 'Adobe') {
      adobeRgb = view.getUint8(at + 15) !== 1;
    } else if (marker === startOfScan) {
      if (size === undefined) return { kind: 'damaged', problem: 'the JPEG has no frame header' };
      if (size.width === 0 || size.height === 0) return { kind: 'damaged', problem: 'the JPEG has no size' };
      if (!hasEndMarker(bytes, end)) return { kind: 'damaged', problem: 'the file is cut off' };
      return { kind: 'ok', ...size, plain: size.plain && !turned && !adobeRgb };
    }
    at = end;
  }
  return { kind: 'damaged', problem: 'the JPEG holds no picture' };
}

/** SOF0–SOF15 but for DHT, JPG and DAC, which share the range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** From the back: behind the end marker there may be padding or a second picture, but little else. */
function hasEndMarker(bytes: Uint8Array, from: number): boolean {
  for (let i = bytes.length - 2; i >= from; i--) {
    if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
  }
  return false;
}

/** 1–8 as in the Exif standard; 1 when the segment says nothing. */
function exifOrientation(segment: Uint8Array): number {
  if (segment.length < 14 || textAt(segment, 0, 4) !== 'Exif') return 1;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.length - 6);
  const little = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return 1;
  const entries = tiff.getUint16(directory, little);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.byteLength) return 1;
    if (tiff.getUint16(at, little) === exifOrientationTag) return tiff.getUint16(at + 8, little);
  }
  return 1;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(length, bytes.length - at)).toString(
    'latin1',
  );
}
