import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Campus, createCampus } from './campus.js';
import { counted, noLunches, runSeed } from './run.js';

/** Of the two halves together; PORTER_SIMULATION_SEEDS asks for more or fewer. */
export const seeds = Number(process.env.PORTER_SIMULATION_SEEDS ?? 2_000);
/** A busy machine runs some ten a second. */
const seed_ms = 500;

/** A test over these seeds. Each half is a file of its own, so that both run at a time. */
export function testLunches(from: number, count: number): void {
  let campus: Campus;
  beforeAll(async () => {
    campus = await createCampus();
  });
  afterAll(() => campus.close());

  test(
    `${count} lunches with lost messages, crashes at any write and clocks that jump: each meal is charged once`,
    async () => {
      const total = { ...noLunches };
      for (let seed = from; seed < from + count; seed++) {
        const result = await runSeed(campus, seed);
        const replay = `npm run simulate -- --seed ${seed}`;
        expect({ replay, problems: result.problems }).toEqual({ replay, problems: [] });
        for (const key of counted) total[key] += result[key];
      }
      // A simulation in which nothing happens proves nothing.
      expect(total.confirmed).toBeGreaterThan(3 * count);
      expect(total.offline).toBeGreaterThan(count / 3);
      expect(total.kills).toBeGreaterThan(2 * count);
      if (count < 200) return;
      expect(total.unseen).toBeGreaterThan(0);
      for (const key of ['codes', 'refunds', 'givenBack', 'shifts'] as const)
        expect(total[key]).toBeGreaterThan(count / 10);
    },
    60_000 + count * seed_ms,
  );
}
