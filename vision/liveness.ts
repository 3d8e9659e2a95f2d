import { type LivenessSpec, modelErrors, type Net } from '../models/index.js';
import type { Engine } from './engine.js';
import { resizeRegion } from './image.js';
import { onlyOutput, regionOf } from './net-input.js';
import { toTensor } from './tensor.js';

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

/** No single net is believed beyond 99 %. */
const mostBelieved = 0.99;

/**
 * One score from several nets: the sum of their log-odds, each times its weight, as independent pieces of evidence add up. A net
 * with a `neutral` point is heard against a face only: below the point it takes away what it lacks, above it adds nothing. So
 * a weak net cannot pass what a better one has refused.
 */
export function fuseLiveness(opinions: readonly LivenessOpinion[]): number {
  let sum = 0;
  for (const { probability, weight, neutral } of opinions) {
    const odds = logOdds(probability);
    sum += weight * (neutral === undefined ? odds : Math.min(0, odds - logOdds(neutral)));
  }
  return probabilityOf(sum);
}

/** ln(p / (1 − p)), p held within 1 % and 99 %. */
export function logOdds(probability: number): number {
  const held = Math.min(mostBelieved, Math.max(1 - mostBelieved, probability));
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
