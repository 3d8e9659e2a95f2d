/**
 * Which row belongs to whom. Rows are dense: a removed one is filled with the last. `move` and `write` keep the vectors
 * in step.
 */
export interface RowStore {
  /** Called for a row that is about to be the last; owners are small integers. */
  write(row: number, owner: number, vector: Float32Array): void;
  /** Row `to` takes what `from`, the last row, holds; they may be the same. Row `from` is gone afterwards. */
  move(from: number, to: number): void;
}

export function createRows(store: RowStore) {
  const personOf: string[] = [];
  const freeOwners: number[] = [];
  const ownerOf = new Map<string, { readonly owner: number; readonly rows: number[] }>();
  const ownerOfRow: number[] = [];

  const remove = (row: number): void => {
    const last = ownerOfRow.length - 1;
    const moved = ownerOf.get(personOf[ownerOfRow[last] ?? -1] ?? '');
    if (moved && last !== row) moved.rows[moved.rows.indexOf(last)] = row;
    store.move(last, row);
    ownerOfRow[row] = ownerOfRow[last] ?? -1;
    ownerOfRow.pop();
  };
  return {
    get persons(): number {
      return ownerOf.size;
    },
    get count(): number {
      return ownerOfRow.length;
    },
    personAt: (row: number): string => personOf[ownerOfRow[row] ?? -1] ?? '',
    replace(personId: string, vectors: readonly Float32Array[]): void {
      const known = ownerOf.get(personId);
      if (known) {
        // The highest first: none of the others is then the last row that moves.
        for (const row of [...known.rows].sort((a, b) => b - a)) remove(row);
        ownerOf.delete(personId);
        personOf[known.owner] = '';
        freeOwners.push(known.owner);
      }
      if (vectors.length === 0) return;
      const owner = freeOwners.pop() ?? personOf.length;
      personOf[owner] = personId;
      const rows = vectors.map(vector => {
        const row = ownerOfRow.push(owner) - 1;
        store.write(row, owner, vector);
        return row;
      });
      ownerOf.set(personId, { owner, rows });
    },
  };
}

export type Rows = ReturnType<typeof createRows>;

const chunkRows = 1024;

/** Vectors in pieces of equal size: growing copies nothing. */
export function createChunks(dimension: number) {
  const chunks: Float32Array[] = [];
  const chunkAt = (row: number): Float32Array => {
    const index = Math.floor(row / chunkRows);
    chunks[index] ??= new Float32Array(chunkRows * dimension);
    return chunks[index];
  };
  const offsetOf = (row: number): number => (row % chunkRows) * dimension;
  return {
    chunkAt,
    offsetOf,
    write: (row: number, vector: Float32Array): void => chunkAt(row).set(vector, offsetOf(row)),
    move(from: number, to: number): void {
      const source = offsetOf(from);
      chunkAt(to).set(chunkAt(from).subarray(source, source + dimension), offsetOf(to));
      chunkAt(from).fill(0, source, source + dimension);
      // One empty piece is kept, so that adding and removing at its edge costs nothing.
      chunks.length = Math.min(chunks.length, Math.floor(from / chunkRows) + 2);
    },
  };
}
