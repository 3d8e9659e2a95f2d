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
    const settle = (then: () => void) => {
      if (mine !== question.current) return;
      then();
      setLoading(false);
    };
    load().then(
      answer =>
        settle(() => {
          setValue(answer);
          setError(undefined);
        }),
      (failure: unknown) => settle(() => setError(asError(failure))),
    );
  }, [load]);
  useEffect(() => {
    reload();
    return () => {
      question.current += 1;
    };
  }, [reload]);
  const change = useCallback((update: (value: T) => T) => {
    setValue(before => (before === undefined ? before : update(before)));
  }, []);
  return { value, error, loading, reload, change };
}

export const asError = (failure: unknown): Error =>
  failure instanceof Error ? failure : new Error(String(failure));

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface Pages<T> extends Loaded<Page<T>> {
  /** Absent on the last page. */
  readonly more: (() => void) | undefined;
  readonly loadingMore: boolean;
}

/** A list that grows page by page. */
export function usePages<T>(loadPage: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> {
  const [nextError, setNextError] = useState<Error>();
  const [loadingMore, setLoadingMore] = useState(false);
  const first = useCallback(() => {
    setNextError(undefined);
    return loadPage(undefined);
  }, [loadPage]);
  const loaded = useLoaded(first);
  const cursor = loaded.value?.nextCursor;
  const { change } = loaded;
  const more = useCallback(() => {
    setLoadingMore(true);
    loadPage(cursor)
      .then(
        page => {
          setNextError(undefined);
          // The list was loaded anew meanwhile: this page no longer continues it.
          change(before => (before.nextCursor === cursor ? joined(before, page) : before));
        },
        (failure: unknown) => setNextError(asError(failure)),
      )
      .finally(() => setLoadingMore(false));
  }, [loadPage, cursor, change]);
  return {
    ...loaded,
    error: loaded.error ?? nextError,
    more: cursor === undefined ? undefined : more,
    loadingMore,
  };
}

export function joined<T>(before: Page<T>, page: Page<T>): Page<T> {
  return { ...page, items: [...before.items, ...page.items] };
}

/** Puts something new where it belongs in a list that is newest first; what is there already is replaced. */
export function withNewest<T extends { readonly id: string; readonly at: string }>(
  items: readonly T[],
  one: T,
): readonly T[] {
  const others = items.filter(known => known.id !== one.id);
  const at = others.findIndex(known => known.at <= one.at);
  return at < 0 ? [...others, one] : [...others.slice(0, at), one, ...others.slice(at)];
}

/** Waits until a value has not changed for a while. */
export function useSettled<T>(value: T, after_ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), after_ms);
    return () => clearTimeout(timer);
  }, [value, after_ms]);
  return settled;
}

/** Calls at most once in a while, however often it is asked to; the last request is never lost. */
export function useAtMostEvery(every_ms: number, run: () => void): () => void {
  const newest = useRef(run);
  newest.current = run;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      newest.current();
    }, every_ms);
  }, [every_ms]);
}
