import type { Evidence, GalleryPerson } from '../../protocol/index.js';
import { encodeVector } from '../../protocol/index.js';
import type { Face, QualityGrade } from '../../vision/index.js';
import type { Gallery } from '../contracts.js';
import { createGallery } from '../gallery/index.js';

export const dimension = 64;

/** A unit vector of its own for each number; two of them are almost at right angles. */
export function embeddingOf(person: number, noise = 0, seed = 1): Float32Array {
  const vector = gaussian(person * 7_919 + 17);
  const disturbance = gaussian(seed * 104_729 + person);
  return unit(vector.map((value, i) => value + noise * (disturbance[i] ?? 0)));
}

/** Halfway between two persons: as like the one as the other. */
export function between(a: number, b: number): Float32Array {
  const [x, y] = [embeddingOf(a), embeddingOf(b)];
  return unit(x.map((value, i) => value + (y[i] ?? 0)));
}

export interface FaceOptions {
  readonly x?: number;
  readonly y?: number;
  readonly size?: number;
  readonly embedding?: Float32Array | undefined;
  readonly grade?: QualityGrade;
  readonly quality?: number;
  readonly liveness?: number;
  readonly border?: number;
}

/** A face as vision would report it; poor ones carry no embedding. */
export function faceOf(options: FaceOptions = {}): Face {
  const { x = 500, y = 200, size = 200, embedding, grade = embedding ? 'good' : 'poor' } = options;
  return {
    box: { x, y, width: size, height: size },
    landmarks: [],
    detectorScore: 0.99,
    quality: {
      grade,
      score: options.quality ?? (grade === 'good' ? 0.9 : 0.2),
      reasons: grade === 'good' ? [] : ['blurred'],
      measures: {
        interocular_px: size / 3,
        yaw_deg: 0,
        pitch_deg: 0,
        roll_deg: 0,
        sharpness: 100,
        brightness: 120,
        contrast: 40,
        detectorScore: 0.99,
      },
    },
    liveness: {
      score: options.liveness ?? 0.9,
      ...(options.border !== undefined && { border: options.border }),
    },
    ...(embedding && { embedding }),
  };
}

/** Strangers rarely reach 0.4, and hardly ever 0.5. */
export const calibration = {
  fmr: [
    { score: 0.3, fmr: 0.016 },
    { score: 0.4, fmr: 0.0013 },
    { score: 0.51, fmr: 2.34e-6 },
  ],
  margin: 0.05,
  source: 'made up for tests',
};

export const evidence: Evidence = {
  packId: 'test',
  score: 0.8,
  margin: 0.5,
  threshold: 0.5,
  quality: 0.9,
  liveness: 0.9,
  galleryRevision: 1,
  galleryPersons: 2,
  frames: 3,
};

export const accessPointId = '01a20000-0000-7000-8000-00000000000a';
export const tillId = '01a20000-0000-7000-8000-00000000000b';

/** An id in the form of the protocol, the same for the same number. */
export function idOf(number: number): string {
  return `01a20000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** Somebody who may pass the test's access point at any time and pay at its till. */
export function personOf(number: number, changes: Partial<GalleryPerson> = {}): GalleryPerson {
  return {
    personId: idOf(number),
    studentNumber: `S${String(number).padStart(6, '0')}`,
    displayName: `Person ${number}`,
    status: 'active',
    templates: [
      {
        templateId: idOf(1_000 + number),
        packId: 'test',
        vector: encodeVector(embeddingOf(number)),
        quality: 0.9,
      },
    ],
    access: [{ accessPointId, windows: [] }],
    payment: { offlineAllowed: true, perMealLimit_minor: 5_000, perDayLimit_minor: 10_000 },
    ...changes,
  };
}

export function galleryOf(...people: GalleryPerson[]): ReturnType<typeof createGallery> {
  const gallery: ReturnType<typeof createGallery> & Gallery = createGallery({ packId: 'test', dimension });
  for (const person of people) gallery.upsert(person);
  gallery.setRevision(1);
  return gallery;
}

function gaussian(seed: number): Float32Array {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 4_294_967_297;
  };
  for (let i = 0; i < 8; i++) random();
  return Float32Array.from(
    { length: dimension },
    () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()),
  );
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map(value => value / length);
}
