import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { modelErrors } from './errors.js';

const closed = { additionalProperties: false } as const;
const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** Inside the pack's folder (or the npm package): no leading slash, no way up. */
const RelativePath = Type.String({ pattern: '^(?!/)(?!.*(^|/)\\.\\.(/|$))[^\\\\:]{1,200}$' });
const Side_px = Type.Integer({ minimum: 16, maximum: 1024 });

/** What the net's input tensor holds: value = (pixel − mean) / std per channel, pixels 0–255. */
const Input = Type.Object(
  {
    width: Side_px,
    height: Side_px,
    channels: Type.Union([Type.Literal('rgb'), Type.Literal('bgr'), Type.Literal('gray')]),
    layout: Type.Union([Type.Literal('nchw'), Type.Literal('nhwc')]),
    type: Type.Union([Type.Literal('float32'), Type.Literal('uint8')]),
    /** One number, or one per channel in the order of `channels`. Not used for uint8. */
    mean: Type.Optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 3 })),
    std: Type.Optional(Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1, maxItems: 3 })),
  },
  closed,
);

/** Where the weights are: a file of the pack, a graph built from an npm package's files, or another pack's net. */
const File = Type.Object({ file: RelativePath, sha256: Sha256 }, closed);
const Built = Type.Object(
  {
    graph: Name,
    package: Type.String({ pattern: '^(@[a-z0-9-]+/)?[a-z0-9][a-z0-9._-]*$' }),
    files: Type.Array(File, { minItems: 1, maxItems: 8 }),
  },
  closed,
);
const Weights = Type.Union([File, Built]);

const Probability = Type.Number({ minimum: 0, maximum: 1 });
const Detector = Type.Object(
  {
    weights: Weights,
    input: Input,
    decoder: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('ultraface'),
          minScore: Probability,
          /** From here on a detection is beyond doubt. */
          clearScore: Probability,
          maxOverlap: Probability,
          /** Names of the outputs: class scores [1, n, 2], corners [1, n, 4] as shares of the input's sides. */
          scores: Type.String(),
          boxes: Type.String(),
        },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('tiny-yolo'),
          minScore: Probability,
          /** From here on a detection is beyond doubt. */
          clearScore: Probability,
          maxOverlap: Probability,
          /** Width and height per anchor in cells of 32 px. */
          anchors: Type.Array(Type.Tuple([Type.Number(), Type.Number()]), { minItems: 1, maxItems: 9 }),
        },
        closed,
      ),
      Type.Object(
        {
          /** One output [1, n, 5]: score, top, left, bottom, right as shares of the padded square. */
          kind: Type.Literal('ssd'),
          minScore: Probability,
          /** From here on a detection is beyond doubt. */
          clearScore: Probability,
          maxOverlap: Probability,
        },
        closed,
      ),
    ]),
  },
  closed,
);
/**
 * What the net sees of the picture. `square`: a square around the box, `scale` times its longer side, the border's pixels
 * repeated outside. `square-inside`: the same, shrunk and moved into the picture. `face-api`: the box itself, made square
 * with black, as that library does.
 */
const Crop = Type.Union([
  Type.Object(
    {
      kind: Type.Union([Type.Literal('square'), Type.Literal('square-inside')]),
      scale: Type.Number({ exclusiveMinimum: 0, maximum: 8 }),
      /** How far the square's centre lies below the box's, as a share of the square's side. */
      shift: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('face-api') }, closed),
]);
/** A second run on a square around the points that the first one found. */
const Refine = Type.Object(
  {
    /** Of the square's side: that many times the longer side of the points' bounds. */
    scale: Type.Number({ exclusiveMinimum: 0, maximum: 8 }),
    shift: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
  },
  closed,
);
const Landmarks = Type.Object(
  { weights: Weights, input: Input, crop: Crop, refine: Type.Optional(Refine) },
  closed,
);
const livenessNet = {
  weights: Weights,
  input: Input,
  crop: Crop,
  /** The class of a live face among the softmax outputs. A net of one output is a sigmoid's: class 1, and 0 its opposite. */
  liveClass: Type.Integer({ minimum: 0, maximum: 9 }),
};
const Liveness = Type.Object(livenessNet, closed);
const LivenessMember = Type.Object(
  {
    name: Name,
    ...livenessNet,
    /** How much the net counts; 0: measured and found to tell nothing, not run. */
    weight: Type.Number({ minimum: 0, maximum: 4 }),
    /** At and above this probability the net says nothing; only lower ones count, against the face. */
    neutral: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
    note: Type.Optional(Type.String()),
  },
  closed,
);
/** Several nets, one score: see vision/liveness.ts. */
const LivenessNets = Type.Object({ nets: Type.Array(LivenessMember, { minItems: 1, maxItems: 8 }) }, closed);
const Point2 = Type.Tuple([Type.Number(), Type.Number()]);
const Embedder = Type.Object(
  {
    weights: Weights,
    input: Input,
    alignment: Type.Union([
      /** Five points (eyes, nose tip, mouth corners), each in the aligned crop's px, by a similarity transform. */
      Type.Object(
        { kind: Type.Literal('five-point'), template: Type.Tuple([Point2, Point2, Point2, Point2, Point2]) },
        closed,
      ),
      Type.Object({ kind: Type.Literal('face-api') }, closed),
    ]),
    dimension: Type.Integer({ minimum: 16, maximum: 4096 }),
  },
  closed,
);
const Reference = Type.Object({ pack: Name }, closed);

const CalibrationSchema = Type.Object(
  {
    fmr: Type.Array(
      Type.Object(
        {
          score: Type.Number({ minimum: -1, maximum: 1 }),
          fmr: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        },
        closed,
      ),
      { minItems: 2, maxItems: 200 },
    ),
    averaging: Type.Optional(
      Type.Object(
        {
          probes: Type.Number({ minimum: 0, maximum: 0.2 }),
          enrolments: Type.Number({ minimum: 0, maximum: 0.2 }),
        },
        closed,
      ),
    ),
    margin: Type.Number({ minimum: 0, maximum: 1 }),
    source: Type.String({ minLength: 1 }),
  },
  closed,
);

const Manifest = Type.Object(
  {
    id: Name,
    engine: Type.Union([Type.Literal('onnx'), Type.Literal('tfjs')]),
    licence: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    note: Type.Optional(Type.String()),
    nets: Type.Object(
      {
        detector: Type.Union([Detector, Reference]),
        landmarks: Type.Union([Landmarks, Reference]),
        liveness: Type.Optional(Type.Union([Liveness, LivenessNets, Reference])),
        embedder: Type.Union([Embedder, Reference]),
      },
      closed,
    ),
    calibration: CalibrationSchema,
  },
  closed,
);

export type NetInput = Type.Static<typeof Input>;
export type WeightsSpec = Type.Static<typeof Weights>;
export type CropSpec = Type.Static<typeof Crop>;
export type DetectorSpec = Type.Static<typeof Detector>;
export type LandmarksSpec = Type.Static<typeof Landmarks>;
export type LivenessSpec = Type.Static<typeof LivenessMember>;
export type EmbedderSpec = Type.Static<typeof Embedder>;
/** `models/<pack>/manifest.json` as written; nets may refer to another pack's. */
export type PackManifest = Type.Static<typeof Manifest>;

/** Checks a parsed manifest.json. @throws bad_manifest naming the first wrong field */
export function parseManifest(pack: string, value: unknown): PackManifest {
  if (!Value.Check(Manifest, value)) {
    const first = Value.Errors(Manifest, value)[0];
    throw modelErrors.bad_manifest({
      pack,
      field: first?.instancePath || '/',
      problem: first?.message ?? 'unexpected value',
    });
  }
  if (value.id !== pack) {
    throw modelErrors.bad_manifest({
      pack,
      field: '/id',
      problem: `the id is "${value.id}", the folder "${pack}"`,
    });
  }
  const points = value.calibration.fmr;
  for (const [index, point] of points.entries()) {
    const previous = points[index - 1];
    if (previous !== undefined && (point.score <= previous.score || point.fmr >= previous.fmr)) {
      throw modelErrors.bad_manifest({
        pack,
        field: `/calibration/fmr/${index}`,
        problem: 'scores must rise and rates fall',
      });
    }
  }
  return value;
}
