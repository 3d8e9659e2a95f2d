import type { LiveEvent } from '../protocol/staff/index.js';

/** Carries what has been committed to the consoles that watch this process. */
export interface LiveBus {
  publish(event: LiveEvent): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}

export function createLiveBus(): LiveBus {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    publish: event => {
      for (const listener of [...listeners]) listener(event);
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
