import type { CentralApp } from '../http/index.js';

const interval_ms = 10 * 60_000;

/**
 * Does the canteen's recurring work every ten minutes until the server closes. One job that fails is logged and tried again; it
 * keeps none of the others from being done.
 */
export function startUpkeep(app: CentralApp, jobs: readonly (() => Promise<unknown>)[]): void {
  let running: Promise<void> = Promise.resolve();
  const round = async () => {
    for (const job of jobs) {
      await job().catch(error => app.log.warn({ err: error }, 'upkeep of the canteen failed'));
    }
  };
  const timer = setInterval(() => {
    running = running.then(round);
  }, interval_ms);
  timer.unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await running;
  });
}
