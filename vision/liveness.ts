import { type LivenessSpec, modelErrors, type Net } from '../models/index.js';
import type { Engine } from './engine.js';
import { resizeRegion } from './image.js';
import { onlyOutput, regionOf } from './net-input.js';
import { toTensor } from './tensor.js';
import type { Liveness } from './types.js';

export interface LivenessMember {
  readonly spec: LivenessSpec;
  readonly net: Net;
}

/** One net's word on a face. */
export interface LivenessOpinion {
  /** Of a live face, 0 to 1. */
  readonly probability: number;
  readonly weight: number;
  readonly neutral?: number | undefined;
}

/** Keeps log-odds finite. */
const mostCertain = 1 - 1e-6;

/**
 * One score from several nets. Those without a `neutral` point give the mean of their log-odds by weight. A net with one is heard against a
 * face only: below the point it multiplies the score by what it lacks, (p / neutral)^weight; above it says nothing. So a
 * weak net cannot pass what a better one has refused.
 */
export function fuseLiveness(opinions: readonly LivenessOpinion[]): number {
  let odds = 0;
  let weights = 0;
  let factor = 1;
  for (const { probability, weight, neutral } of opinions) {
    if (neutral === undefined) {
      odds += weight * logOdds(probability);
      weights += weight;
    } else {
      factor *= Math.min(1, probability / neutral) ** weight;
    }
  }
  return (weights > 0 ? probabilityOf(odds / weights) : 1) * factor;
}

/**
 * A net's score and what speaks against it: it is live when the nets think so and no cue gives it away, each cue on its own.
 * `doubts` are probabilities of an attack, 0 for a cue that has nothing to say.
 */
export function lessDoubts(score: number, doubts: readonly number[]): number {
  return doubts.reduce((left, doubt) => left * (1 - doubt), score);
}

/** Closed in on three sides from here on: no doubt, and the full one. Among 188 photos of people none reached the latter. */
const [borderFrom, borderFull] = [0.65, 0.8];
const mostBorderDoubt = 0.85;

/** The doubt that a border around the face (`borderAround`) raises. */
export function borderDoubt(border: number | undefined): number {
  if (border === undefined) return 0;
  const share = (border - borderFrom) / (borderFull - borderFrom);
  return mostBorderDoubt * Math.min(1, Math.max(0, share));
}

/** The score of a single picture, with the one cue that it can give. */
export function stillScore({ score, border }: Liveness): number {
  return lessDoubts(score, [borderDoubt(border)]);
}

/** ln(p / (1 − p)), finite for every p. */
export function logOdds(probability: number): number {
  const held = Math.min(mostCertain, Math.max(1 - mostCertain, probability));
  return Math.log(held / (1 - held));
}

/** The inverse of `logOdds`. */
export function probabilityOf(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** The nets of a pack as one. @throws bad_model */
export function createLiveness(
  pack: string,
  members: readonly LivenessMember[],
): NonNullable<Engine['liveness']> {
  const opinionOf = members.map(({ spec, net }) => {
    const { crop, input, liveClass, weight, neutral } = spec;
    if (crop.kind === 'face-api') {
      throw modelErrors.bad_model({ pack, net: spec.name, problem: 'its crop must be a square' });
    }
    return async (...[image, box]: Parameters<NonNullable<Engine['liveness']>>): Promise<LivenessOpinion> => {
      const region = regionOf(crop, box, image);
      const { data, shape } = toTensor(resizeRegion(image, region, input.width, input.height), input);
      const probability = classesOf(onlyOutput(await net.run(data, shape)))[liveClass];
      if (probability === undefined) {
        throw modelErrors.bad_model({ pack, net: spec.name, problem: `it has no class ${liveClass}` });
      }
      return { probability, weight, neutral };
    };
  });
  return async (image, box) => {
    const opinions: LivenessOpinion[] = [];
    for (const opinion of opinionOf) opinions.push(await opinion(image, box));
    return fuseLiveness(opinions);
  };
}

/** Softmax; of a single value the sigmoid, which is that of two classes. */
function classesOf(values: Float32Array): Float32Array {
  const both = values.length === 1 ? Float32Array.of(0, values[0] ?? 0) : values;
  const largest = Math.max(...both);
  const powers = both.map(value => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}
