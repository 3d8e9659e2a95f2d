import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedIndex } from './bounded-index.js';
import { createPlainIndex } from './plain-index.js';
import type { VectorIndex } from './vector-index.js';

interface Step {
  readonly person: number;
  readonly vectors: readonly Float32Array[];
}

/** The definition: each person's best score, all sorted; ties by person id. */
function bruteForce(people: ReadonlyMap<string, readonly Float32Array[]>, probe: Float32Array) {
  const reference = createPlainIndex(probe.length);
  const ranked = [...people].flatMap(([personId, vectors]) => {
    if (vectors.length === 0) return [];
    reference.replace('one', vectors);
    return [{ personId, score: reference.search(probe).best!.score }];
  });
  ranked.sort((a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1));
  const [best, second] = ranked;
  return { ...(best && { best }), ...(second && { second }) };
}

const bounded = (dimension: number): VectorIndex => createBoundedIndex(dimension)!;
const patient = { timeout: 120_000 };
const idOf = (person: number): string => `person-${person % 7}-${person}`;

/** Coarse values give ties and duplicates; fine ones scores that differ in their last digits. */
const number = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: -2, max: 2 }) },
  fc.double({ min: -1, max: 1, noNaN: true }).map(Math.fround),
  fc.constantFrom(1e-20, -1e-38, 3e4, 0.1, Math.fround(0.1 + 1e-8)),
);
const vectorOf = (dimension: number) =>
  fc.array(number, { minLength: dimension, maxLength: dimension }).map(values => Float32Array.from(values));

const scenario = fc.constantFrom(1, 3, 15, 16, 17, 32, 48, 64, 130).chain(dimension =>
  fc.record({
    dimension: fc.constant(dimension),
    pool: fc.array(vectorOf(dimension), { minLength: 1, maxLength: 6 }),
    steps: fc.array(
      fc.record({
        person: fc.integer({ min: 0, max: 11 }),
        vectors: fc.array(
          fc.oneof(fc.nat(5).map(String), vectorOf(dimension)) as fc.Arbitrary<string | Float32Array>,
          { maxLength: 4 },
        ),
      }),
      { maxLength: 25 },
    ),
    probes: fc.array(vectorOf(dimension), { minLength: 1, maxLength: 3 }),
  }),
);

describe('the search for the two best persons', () => {
  it(
    'gives what scoring everybody gives, over additions, updates and deletions, with ties and duplicates',
    patient,
    () => {
      fc.assert(
        fc.property(scenario, ({ dimension, pool, steps, probes }) => {
          const index = bounded(dimension);
          const plain = createPlainIndex(dimension);
          const people = new Map<string, readonly Float32Array[]>();
          for (const { person, vectors } of steps) {
            const step: Step = {
              person,
              vectors: vectors.map(item =>
                typeof item === 'string' ? pool[Number(item) % pool.length]! : item,
              ),
            };
            for (const kind of [index, plain]) kind.replace(idOf(step.person), step.vectors);
            people.set(idOf(step.person), step.vectors);
            for (const probe of probes) {
              const expected = bruteForce(people, probe);
              expect(index.search(probe)).toEqual(expected);
              expect(plain.search(probe)).toEqual(expected);
            }
          }
          expect(index.persons).toBe([...people.values()].filter(vectors => vectors.length > 0).length);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('gives the same on 10,000 random galleries of unit vectors with look-alikes', patient, () => {
    const random = generator(1);
    const dimensions = [8, 32, 64, 128];
    const indexes = new Map(dimensions.map(dimension => [dimension, bounded(dimension)]));
    const leftIn = new Map<number, readonly string[]>();
    for (let round = 0; round < 10_000; round++) {
      const dimension = dimensions[round % dimensions.length]!;
      const left = leftIn.get(dimension) ?? [];
      const index = indexes.get(dimension)!;
      for (const personId of left) index.replace(personId, []);
      const people = new Map<string, Float32Array[]>();
      const centre = unit(random, dimension);
      const count = 1 + Math.floor(random() * 40);
      for (let i = 0; i < count; i++) {
        const alike = random() < 0.5;
        const spread = 10 ** -(random() * 8);
        const vector = alike ? near(centre, unit(random, dimension), spread) : unit(random, dimension);
        people.set(idOf(i), [vector, ...(random() < 0.3 ? [near(vector, centre, 1e-3)] : [])]);
        index.replace(idOf(i), people.get(idOf(i))!);
      }
      leftIn.set(dimension, [...people.keys()]);
      const probe = random() < 0.5 ? near(centre, unit(random, dimension), 0.1) : unit(random, dimension);
      expect(index.search(probe)).toEqual(bruteForce(people, probe));
    }
  });

  it('is not misled where every row is the same: the smaller ids win', () => {
    const index = bounded(512);
    const same = unit(generator(3), 512);
    for (let person = 39_999; person >= 0; person--) index.replace(String(person).padStart(5, '0'), [same]);
    const { best, second } = index.search(same);
    expect([best?.personId, second?.personId]).toEqual(['00000', '00001']);
    expect(best?.score).toBe(second?.score);
  });

  it('does not overflow at the longest vectors and the largest values', () => {
    const dimension = 8_192;
    const index = bounded(dimension);
    const flat = new Float32Array(dimension).fill(1);
    index.replace('a', [flat.map(value => -value)]);
    index.replace('b', [flat]);
    index.replace('c', [flat.map(() => 0.5)]);
    expect(index.search(flat)).toEqual({
      best: { personId: 'b', score: 8_192 },
      second: { personId: 'c', score: 4_096 },
    });
  });

  it('finds everybody across blocks of rows, and nobody who was removed', () => {
    const random = generator(5);
    const dimension = 16;
    const index = bounded(dimension);
    const plain = createPlainIndex(dimension);
    for (let person = 0; person < 40_000; person++) {
      const vectors = [unit(random, dimension)];
      for (const kind of [index, plain]) kind.replace(idOf(person), vectors);
    }
    for (let round = 0; round < 300; round++) {
      const probe = unit(random, dimension);
      const found = index.search(probe);
      expect(found).toEqual(plain.search(probe));
      for (const kind of [index, plain]) kind.replace(found.best!.personId, []);
    }
    expect(index.persons).toBe(39_700);
  });
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map(value => value / length);
}

const unit = (random: () => number, dimension: number): Float32Array =>
  normalised(
    Float32Array.from({ length: dimension }, () => random() + random() + random() + random() - 2 || 1e-3),
  );

const near = (a: Float32Array, b: Float32Array, share: number): Float32Array =>
  normalised(a.map((value, i) => value + share * b[i]!));
