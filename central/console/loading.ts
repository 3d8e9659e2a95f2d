import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  reload(): void;
  /** Changes what is shown without asking central. */
  change(update: (value: T) => T): void;
}

/** Loads, and loads again whenever `load` changes; a late answer to an earlier question is dropped. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<Error>();
  const [loading, setLoading] = useState(true);
  const question = useRef(0);
  const reload = useCallback(() => {
    const mine = ++question.current;
    setLoading(true);
    load()
      .then(
        answer => {
          if (mine !== question.current) return;
          setValue(answer);
          setError(undefined);
        },
        (failure: unknown) => {
          if (mine === question.current)
            setError(failure instanceof Error ? failure : new Error(String(failure)));
        },
      )
      .finally(() => {
        if (mine === question.current) setLoading(false);
      });
  }, [load]);
  useEffect(reload, [reload]);
  const change = useCallback((update: (value: T) => T) => {
    setValue(before => (before === undefined ? before : update(before)));
  }, []);
  return { value, error, loading, reload, change };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** A list that grows page by page. */
export function usePages<T>(loadPage: (cursor: string | undefined) => Promise<Page<T>>): Loaded<Page<T>> & {
  readonly more: (() => void) | undefined;
} {
  const first = useCallback(() => loadPage(undefined), [loadPage]);
  const loaded = useLoaded(first);
  const cursor = loaded.value?.nextCursor;
  const { change } = loaded;
  const more = useCallback(() => {
    void loadPage(cursor).then(page =>
      change(before => ({ ...page, items: [...before.items, ...page.items] })),
    );
  }, [loadPage, cursor, change]);
  return { ...loaded, more: cursor === undefined ? undefined : more };
}
