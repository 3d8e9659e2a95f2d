import { createHash } from 'node:crypto';
import type { Face, ImageAnalysis, QualityGrade, QualityReason, Vision } from '../../vision/index.js';
import { visionErrors } from '../../vision/index.js';

/** Who is in a made-up photo; the same `who` always gives the same embedding. */
export interface FakeFace {
  readonly who: string;
  readonly side_px?: number;
  readonly grade?: QualityGrade;
  readonly reasons?: readonly QualityReason[];
}

export const fakePackId = 'fake-32';
const dimension = 32;

/** Bytes that the fake vision reads as a photo of these faces. */
export function fakePhoto(...faces: readonly (FakeFace | string)[]): Buffer {
  const plain = faces.map(face => (typeof face === 'string' ? { who: face } : face));
  return Buffer.from(JSON.stringify({ fake: plain }));
}

/** A unit vector that depends on the name alone; two names are nearly orthogonal. */
export function fakeEmbedding(who: string): Float32Array {
  const vector = new Float32Array(dimension);
  for (let i = 0; i < dimension; i++) {
    const digest = createHash('sha256').update(`${who} ${i}`).digest();
    vector[i] = digest.readUInt32LE(0) / 0x8000_0000 - 1;
  }
  const length = Math.hypot(...vector);
  return vector.map(value => value / length);
}

const noTimes = { decode: 0, detect: 0, landmarks: 0, quality: 0, liveness: 0, align: 0, embed: 0 };

/** Reads `fakePhoto` bytes; anything else is `unreadable_image`. */
export function createFakeVision(packId: string = fakePackId): Vision {
  return {
    packId,
    dimension,
    calibration: {
      fmr: [
        { score: 0.5, fmr: 1e-3 },
        { score: 0.8, fmr: 1e-6 },
      ],
      margin: 0.05,
      source: 'made up',
    },
    analyse: async ({ bytes }): Promise<ImageAnalysis> => ({
      width: 640,
      height: 480,
      packId,
      times_ms: noTimes,
      faces: readFaces(bytes).map(toFace),
    }),
    close: async () => {},
  };
}

function readFaces(bytes: Uint8Array): readonly FakeFace[] {
  try {
    const { fake } = JSON.parse(Buffer.from(bytes).toString()) as { fake: FakeFace[] };
    return [...fake].sort((a, b) => (b.side_px ?? 200) - (a.side_px ?? 200));
  } catch (cause) {
    throw visionErrors.unreadable_image({ problem: 'not a fake photo' }, { cause });
  }
}

function toFace({ who, side_px = 200, grade = 'good', reasons = [] }: FakeFace): Face {
  return {
    box: { x: 0, y: 0, width: side_px, height: side_px },
    landmarks: [],
    detectorScore: 0.99,
    quality: {
      grade,
      score: { good: 0.9, fair: 0.5, poor: 0.1 }[grade],
      reasons,
      measures: {
        interocular_px: side_px / 3,
        yaw_deg: 0,
        pitch_deg: 0,
        roll_deg: 0,
        sharpness: 100,
        brightness: 120,
        contrast: 50,
        detectorScore: 0.99,
      },
    },
    ...(grade === 'poor' ? {} : { embedding: fakeEmbedding(who) }),
  };
}
