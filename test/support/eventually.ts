/** Asks again until there is an answer, at most for `timeout_ms`. For what another process tells only when asked. */
export async function eventually<T>(timeout_ms: number, ask: () => Promise<T | undefined>): Promise<T> {
  const until_ms = performance.now() + timeout_ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until_ms) throw new Error(`nothing within ${timeout_ms} ms`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
