import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Calibration, thresholdFor } from '../../models/index.js';
import { maskName } from '../../protocol/index.js';
import type { Db } from '../db/index.js';
import { type Vault, vectorOf } from '../gallery/index.js';

export interface Duplicate {
  readonly personId: string;
  readonly studentNumber: string;
  /** Masked. */
  readonly displayName: string;
  /** Cosine, −1 to 1. */
  readonly score: number;
}

/** So many templates are opened before other requests get their turn. */
const chunk = 500;

/** The other person who is most like the probe; exact, over all templates of the pack. */
export async function findMostAlike(
  { db, vault }: { db: Db; vault: Vault },
  probe: { embedding: Float32Array; packId: string; personId: string },
): Promise<{ best?: Duplicate; persons: number }> {
  let best: { personId: string; score: number } | undefined;
  const persons = new Set<string>();
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('template')
      .select(['id', 'person_id', 'pack_id', 'sealed'])
      .where('pack_id', '=', probe.packId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(chunk)
      .execute();
    for (const row of rows) {
      if (row.person_id === probe.personId) continue;
      persons.add(row.person_id);
      const identity = { personId: row.person_id, templateId: row.id, packId: row.pack_id };
      const score = cosine(probe.embedding, vectorOf(vault.open(identity, row.sealed)));
      if (score > (best?.score ?? Number.NEGATIVE_INFINITY)) best = { personId: row.person_id, score };
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
    await nextTurn();
  }
  if (!best) return { persons: 0 };
  const person = await db
    .selectFrom('person')
    .select(['id', 'student_number', 'name'])
    .where('id', '=', best.personId)
    .executeTakeFirstOrThrow();
  return {
    persons: persons.size,
    best: {
      personId: person.id,
      studentNumber: person.student_number,
      displayName: maskName(person.name),
      score: best.score,
    },
  };
}

/** Of unit vectors. */
function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Wanted share of enrolments that are held up for nothing; below the doors' own FPIR in any case. */
const duplicateFpir = 0.0001;

/** From this cosine on a face is taken for another person's. */
export function duplicateThreshold(options: {
  readonly calibration: Calibration;
  readonly persons: number;
  readonly doorFpir: number;
  readonly configured: number | undefined;
}): number {
  const { calibration, persons, doorFpir, configured } = options;
  if (configured !== undefined) return configured;
  return thresholdFor({ calibration, fpir: Math.min(duplicateFpir, doorFpir), galleryPersons: persons });
}
