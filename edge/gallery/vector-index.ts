import type { Candidate, SearchResult } from '../contracts.js';

/** Unit vectors of persons, several each, with exact search for the two best persons. */
export interface VectorIndex {
  /** Persons with at least one vector. */
  readonly persons: number;
  /** Replaces all vectors of a person; none removes the person. Takes effect between two searches. */
  replace(personId: string, vectors: readonly Float32Array[]): void;
  search(probe: Float32Array): SearchResult;
}

const firstCapacity = 256;

/** Rows in one contiguous array; a removed row is filled with the last one. Ties go to the smaller person id. */
export function createVectorIndex(dimension: number): VectorIndex {
  let rows = new Float32Array(firstCapacity * dimension);
  const owners: string[] = [];
  const counts = new Map<string, number>();

  const removeRow = (row: number): void => {
    const last = owners.length - 1;
    rows.copyWithin(row * dimension, last * dimension, (last + 1) * dimension);
    owners[row] = owners[last] ?? '';
    owners.pop();
  };
  const addRow = (personId: string, vector: Float32Array): void => {
    if ((owners.length + 1) * dimension > rows.length) {
      const grown = new Float32Array(rows.length * 2);
      grown.set(rows);
      rows = grown;
    }
    rows.set(vector, owners.length * dimension);
    owners.push(personId);
  };
  return {
    get persons() {
      return counts.size;
    },
    replace(personId, vectors) {
      if (counts.delete(personId)) {
        for (let row = owners.length - 1; row >= 0; row--) if (owners[row] === personId) removeRow(row);
      }
      for (const vector of vectors) addRow(personId, vector);
      if (vectors.length > 0) counts.set(personId, vectors.length);
    },
    search(probe) {
      let best: Candidate | undefined;
      let second: Candidate | undefined;
      for (let row = 0; row < owners.length; row++) {
        const score = dotRow(rows, row * dimension, probe, dimension);
        if (second && score < second.score) continue;
        const personId = owners[row] ?? '';
        const candidate = { personId, score };
        if (personId === best?.personId) {
          if (score > best.score) best = candidate;
        } else if (!best || precedes(candidate, best)) {
          second = best;
          best = candidate;
        } else if (!second || precedes(candidate, second)) second = candidate;
      }
      return { ...(best && { best }), ...(second && { second }) };
    },
  };
}

function precedes(a: Candidate, b: Candidate): boolean {
  return a.score > b.score || (a.score === b.score && a.personId < b.personId);
}

/** Four sums, so that the additions need not wait for one another. */
function dotRow(rows: Float32Array, offset: number, probe: Float32Array, dimension: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < dimension; i += 4) {
    a += (rows[offset + i] as number) * (probe[i] as number);
    b += (rows[offset + i + 1] as number) * (probe[i + 1] as number);
    c += (rows[offset + i + 2] as number) * (probe[i + 2] as number);
    d += (rows[offset + i + 3] as number) * (probe[i + 3] as number);
  }
  for (; i < dimension; i++) a += (rows[offset + i] as number) * (probe[i] as number);
  return a + b + (c + d);
}
