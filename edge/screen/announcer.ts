/** Tells those who listen that something may have changed. */
export interface Announcer {
  readonly announce: () => void;
  /** Gives how to stop listening. */
  readonly onChange: (listener: () => void) => () => void;
}

export function createAnnouncer(): Announcer {
  const listeners = new Set<() => void>();
  return {
    announce() {
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
