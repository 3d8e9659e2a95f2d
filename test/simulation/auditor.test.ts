import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Campus, createCampus } from './campus.js';
import { mutations } from './mutations.js';
import { runSeed } from './run.js';

let campus: Campus;
beforeAll(async () => {
  campus = await createCampus();
});
afterAll(() => campus.close());

test('a seed gives the same run each time', async () => {
  for (const seed of [7, 8]) expect(await runSeed(campus, seed)).toEqual(await runSeed(campus, seed));
});

describe('the auditor notices when', () => {
  test.each(Object.keys(mutations))(
    '%s',
    async name => {
      const mutation = mutations[name];
      if (!mutation) throw new Error('unknown mutation');
      const problems: string[] = [];
      for (let seed = 1; seed <= 200 && problems.length === 0; seed++)
        problems.push(...(await runSeed(campus, seed, mutation)).problems);
      expect(problems).not.toEqual([]);
    },
    120_000,
  );
});
