import type { Candidate, SearchResult } from '../contracts.js';

/** Vectors of persons, several each, with exact search for the two best persons. */
export interface VectorIndex {
  /** Persons with at least one vector. */
  readonly persons: number;
  /** Of all persons together. */
  readonly vectors: number;
  /** Replaces all vectors (finite, of the index' dimension) of a person; none removes the person. */
  replace(personId: string, vectors: readonly Float32Array[]): void;
  /** `probe`: finite, of the index' dimension. Ties go to the smaller person id. */
  search(probe: Float32Array): SearchResult;
}

/** Keeps the two best persons of the scores it is shown, in whatever order they come. */
export function createTopTwo() {
  let best: Candidate | undefined;
  let second: Candidate | undefined;
  return {
    /** A score below this changes nothing. */
    get floor(): number {
      return second?.score ?? Number.NEGATIVE_INFINITY;
    },
    offer(personId: string, score: number): void {
      if (second && score < second.score) return;
      const candidate = { personId, score };
      if (personId === best?.personId) {
        if (score > best.score) best = candidate;
      } else if (!best || precedes(candidate, best)) {
        second = best;
        best = candidate;
      } else if (!second || precedes(candidate, second)) second = candidate;
    },
    result: (): SearchResult => ({ ...(best && { best }), ...(second && { second }) }),
  };
}

function precedes(a: Candidate, b: Candidate): boolean {
  return a.score > b.score || (a.score === b.score && a.personId < b.personId);
}

/**
 * The score: products of 32-bit floats are exact as 64-bit ones, added up as such. Four sums, so that the additions need
 * not wait for one another.
 */
export function dotAt(rows: Float32Array, offset: number, probe: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < probe.length; i += 4) {
    a += (rows[offset + i] as number) * (probe[i] as number);
    b += (rows[offset + i + 1] as number) * (probe[i + 1] as number);
    c += (rows[offset + i + 2] as number) * (probe[i + 2] as number);
    d += (rows[offset + i + 3] as number) * (probe[i + 3] as number);
  }
  for (; i < probe.length; i++) a += (rows[offset + i] as number) * (probe[i] as number);
  return a + b + (c + d);
}
