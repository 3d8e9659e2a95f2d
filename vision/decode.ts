import jpegTurbo from '@julusian/jpeg-turbo';
import sharp from 'sharp';
import { visionErrors } from './errors.js';
import type { RgbImage } from './image.js';
import { inspectJpeg } from './jpeg.js';

/** 50 megapixels: 150 MB of decoded pixels. */
export const maxPixels = 50_000_000;
/** An encoded file of more bytes is refused unread. */
export const maxEncodedBytes = 64 * 1024 * 1024;

const bytesPerPixel = 3;
/** A buffer kept for the next frame; larger ones are given back. */
const maxKeptBytes = 1920 * 1080 * bytesPerPixel;

export interface Decoder {
  /**
   * Decodes JPEG, PNG, WebP, GIF or TIFF to upright RGB; of an animation the first frame. The pixels are valid until
   * the next call. @throws empty_image, image_too_large, unreadable_image
   */
  decode(bytes: Uint8Array): Promise<RgbImage>;
}

/** A decoder with a buffer of its own: one frame at a time. */
export function createDecoder(): Decoder {
  let kept = Buffer.alloc(0);
  sharp.cache(false);
  return {
    async decode(bytes) {
      if (bytes.length === 0) throw visionErrors.empty_image();
      if (bytes.length > maxEncodedBytes) throw tooLarge(`${bytes.length} bytes`, `${maxEncodedBytes} bytes`);
      const format = formatOf(bytes);
      if (format === undefined) {
        throw visionErrors.unreadable_image({ problem: 'it is neither JPEG, PNG, WebP, GIF nor TIFF' });
      }
      if (format === 'jpeg') {
        const header = inspectJpeg(bytes);
        if (header.kind === 'damaged') throw visionErrors.unreadable_image({ problem: header.problem });
        checkPixels(header.width, header.height);
        if (header.plain) {
          const size = header.width * header.height * bytesPerPixel;
          const target = kept.length >= size ? kept : Buffer.allocUnsafe(size);
          if (size <= maxKeptBytes) kept = target;
          const decoded = decodePlainJpeg(bytes, target);
          if (decoded !== undefined) return decoded;
        }
      }
      return decodeWithSharp(bytes);
    },
  };
}

/** undefined where the fast decoder gives up; the thorough one then says what is wrong. */
function decodePlainJpeg(bytes: Uint8Array, target: Buffer): RgbImage | undefined {
  try {
    const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const { data, width, height } = jpegTurbo.decompressSync(input, target, { format: jpegTurbo.FORMAT_RGB });
    return { width, height, data: data.subarray(0, width * height * bytesPerPixel) };
  } catch {
    return undefined;
  }
}

async function decodeWithSharp(bytes: Uint8Array): Promise<RgbImage> {
  const options = {
    limitInputPixels: maxPixels,
    failOn: 'truncated',
    pages: 1,
    sequentialRead: true,
  } as const;
  try {
    const { width, height } = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
    checkPixels(width, height);
    const { data, info } = await sharp(bytes, options)
      .autoOrient()
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels === bytesPerPixel) return { width: info.width, height: info.height, data };
    return { width: info.width, height: info.height, data: fromChannels(data, info.channels) };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PorterError') throw cause;
    const problem = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
    throw visionErrors.unreadable_image({ problem }, { cause });
  }
}

/** Gray, or gray and more, spread over three channels. */
function fromChannels(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels;
  const out = new Uint8Array(pixels * bytesPerPixel);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < bytesPerPixel; c++) {
      out[i * bytesPerPixel + c] = data[i * channels + (channels > 2 ? c : 0)] ?? 0;
    }
  }
  return out;
}

function checkPixels(width: number, height: number): void {
  if (width * height > maxPixels) {
    throw tooLarge(`${width}×${height} px`, `${maxPixels / 1_000_000} megapixels`);
  }
}

function tooLarge(found: string, limit: string) {
  return visionErrors.image_too_large({ found, limit });
}

/** By the first bytes. Formats that describe drawings (SVG, PDF) are not pictures of faces and stay out. */
function formatOf(bytes: Uint8Array): 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('GIF8')) return 'gif';
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'tiff';
  return undefined;
}
