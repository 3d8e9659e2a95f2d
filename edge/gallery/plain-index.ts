import { createChunks, createRows } from './rows.js';
import { createTopTwo, dotAt, type VectorIndex } from './vector-index.js';

/** Scores every row. What the fast search is held against, and what serves where WebAssembly has no vectors. */
export function createPlainIndex(dimension: number): VectorIndex {
  const vectors = createChunks(dimension);
  const rows = createRows({
    write: (row, _, vector) => vectors.write(row, vector),
    move: vectors.move,
  });
  return {
    get persons() {
      return rows.persons;
    },
    get vectors() {
      return rows.count;
    },
    replace: rows.replace,
    search(probe) {
      const top = createTopTwo();
      for (let row = 0; row < rows.count; row++) {
        const score = dotAt(vectors.chunkAt(row), vectors.offsetOf(row), probe);
        if (score >= top.floor) top.offer(rows.personAt(row), score);
      }
      return top.result();
    },
  };
}
