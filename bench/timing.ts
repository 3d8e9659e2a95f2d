/** The middle one of some times. NaN of none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How long some work takes, ms. */
export async function timeOf(work: () => unknown): Promise<number> {
  const started_ms = performance.now();
  await work();
  return performance.now() - started_ms;
}

/**
 * Medians of several works' times, ms, over some rounds after a warm-up. They take turns within each round, so that what else the
 * machine does meets all alike.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => unknown>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[];
  const times = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const name of names) {
      const time_ms = await timeOf(works[name]);
      if (round >= 0) times.get(name)?.push(time_ms);
    }
  }
  return Object.fromEntries(names.map(name => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

/** `12.34 ms` */
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
