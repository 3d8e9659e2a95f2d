import { PorterError } from '../../protocol/index.js';
import { Gone } from './disk.js';
import type { TillHost } from './till.js';

export type Attempt = ReturnType<typeof createAttempt>;

/** What somebody tries at a till. A process that ends in the middle, and refusals with a code, are part of life. */
export function createAttempt(host: Pick<TillHost, 'running'>) {
  const isLife = (error: unknown): false => {
    if (error instanceof Gone || error instanceof PorterError || !host.running) return false;
    throw error;
  };
  return {
    /** Whether it was done for certain; without that it may have been done nevertheless. */
    now(work: () => void): boolean {
      try {
        work();
        return true;
      } catch (error) {
        return isLife(error);
      }
    },
    later: (work: Promise<void>): Promise<boolean> => work.then(() => true, isLife),
  };
}
