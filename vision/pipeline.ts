import { performance } from 'node:perf_hooks';
import { modelErrors } from '../models/index.js';
import { alignFace } from './align.js';
import type { Detection } from './boxes.js';
import { createDecoder } from './decode.js';
import type { Engine } from './engine.js';
import type { RgbImage } from './image.js';
import { borderAround } from './liveness-border.js';
import { assessQuality } from './quality.js';
import { detectWithBorder } from './second-look.js';
import type { AnalyseOptions, EncodedImage, Face, ImageAnalysis, Quality, StageTimes_ms } from './types.js';

const defaultMaxFaces = 8;

type Stage = keyof StageTimes_ms;
type Stopwatch = <T>(stage: Stage, work: () => T | Promise<T>) => Promise<T>;

/** Turns one encoded picture into faces with the nets of one pack. Calls must not overlap. */
export function createPipeline({ packId, engine }: { readonly packId: string; readonly engine: Engine }) {
  const decoder = createDecoder();

  return async function analyse(
    { bytes }: EncodedImage,
    wanted: AnalyseOptions = {},
  ): Promise<ImageAnalysis> {
    const { times_ms, timed } = createStopwatch();
    const image = await timed('decode', () => decoder.decode(bytes));
    const seen = await timed('detect', () => engine.detect(image));
    // A photo of one person is worth a second look; a camera's empty frame is not.
    const again = seen.length === 0 && wanted.only !== undefined;
    const detections = again ? await timed('detect', () => detectWithBorder(engine, image)) : seen;
    const skim = wanted.skimSingle === true && detections.length === 1;
    const options = skim ? { ...wanted, embed: false, liveness: false } : wanted;
    const largestFirst = [...detections].sort((a, b) => area(b) - area(a));
    const examined = new Set(chooseFaces(largestFirst, image, options));
    const faces: Face[] = [];
    for (const detection of largestFirst) {
      faces.push(
        examined.has(detection)
          ? await analyseFace({ packId, engine, image, detection, options, timed })
          : unexamined(detection),
      );
    }
    return { width: image.width, height: image.height, faces, packId, times_ms };
  };
}

async function analyseFace({
  packId,
  engine,
  image,
  detection,
  options,
  timed,
}: {
  readonly packId: string;
  readonly engine: Engine;
  readonly image: RgbImage;
  readonly detection: Detection;
  readonly options: AnalyseOptions;
  readonly timed: Stopwatch;
}): Promise<Face> {
  const { box, score: detectorScore } = detection;
  const landmarks = await timed('landmarks', () => engine.landmarks(image, box));
  const portrait = await timed('align', () => alignFace(image, landmarks));
  const quality = await timed('quality', () => assessQuality({ detection, landmarks, portrait, image }));
  const face = { box, landmarks, detectorScore, quality };
  const { liveness } = engine;
  const alive =
    liveness !== undefined && options.liveness !== false
      ? await timed('liveness', async () => ({
          score: await liveness(image, box),
          border: borderAround(image, box),
        }))
      : undefined;
  const wanted = options.embed !== false && (quality.grade !== 'poor' || options.embedPoor === true);
  if (!wanted) return { ...face, ...(alive && { liveness: alive }) };

  const aligned = await timed('align', () => engine.align({ image, box, landmarks, portrait }));
  const embedding = await timed('embed', async () => {
    const straight = unitLength(packId, await aligned.embed());
    if (options.mirror !== true) return straight;
    const reverse = unitLength(packId, await aligned.embedMirrored());
    return unitLength(
      packId,
      straight.map((value, i) => value + (reverse[i] ?? 0)),
    );
  });
  return { ...face, ...(alive && { liveness: alive }), embedding };
}

/** @throws model_output_invalid for a vector without a direction */
function unitLength(pack: string, vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 0 && Number.isFinite(length))) {
    throw modelErrors.model_output_invalid({ pack, net: 'embedder' });
  }
  return vector.map(value => value / length);
}

/** One of more faces than were asked for: where it is, and that it is smaller than the others. */
function unexamined({ box, score }: Detection): Face {
  const quality: Quality = {
    grade: 'poor',
    score: 0,
    reasons: ['too-small'],
    measures: {
      interocular_px: 0,
      yaw_deg: 0,
      pitch_deg: 0,
      roll_deg: 0,
      sharpness: 0,
      brightness: 0,
      contrast: 0,
      detectorScore: score,
    },
  };
  return { box, landmarks: [], detectorScore: score, quality };
}

/** The faces that get more than a box. */
function chooseFaces(
  largestFirst: readonly Detection[],
  image: RgbImage,
  { only, maxFaces = defaultMaxFaces }: AnalyseOptions,
): readonly Detection[] {
  if (only === undefined) return largestFirst.slice(0, maxFaces);
  if (only === 'largest') return largestFirst.slice(0, 1);
  const fromCentre = ({ box }: Detection): number =>
    Math.hypot(box.x + box.width / 2 - image.width / 2, box.y + box.height / 2 - image.height / 2);
  return [...largestFirst].sort((a, b) => fromCentre(a) - fromCentre(b)).slice(0, 1);
}

function area({ box }: Detection): number {
  return box.width * box.height;
}

function createStopwatch(): { times_ms: Record<Stage, number>; timed: Stopwatch } {
  const times_ms = { decode: 0, detect: 0, landmarks: 0, quality: 0, liveness: 0, align: 0, embed: 0 };
  return {
    times_ms,
    async timed(stage, work) {
      const started_ms = performance.now();
      try {
        return await work();
      } finally {
        times_ms[stage] += performance.now() - started_ms;
      }
    },
  };
}
