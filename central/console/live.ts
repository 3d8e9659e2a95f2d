import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { LiveEvent } from '../../protocol/staff/live.js';
import type { Api, ApiError } from './api.js';
import { createLiveSource, type EventStream, type LiveSource } from './live-source.js';
import { useWork } from './session.js';

/** A tab that nobody looks at gives its connection back after this time; a browser has only six for a server. */
const hidden_ms = 60_000;

/** The tab's stream, open while somebody is logged in and looks at it. */
export function useLiveSource(api: Api, isLoggedIn: boolean): LiveSource {
  const newest = useRef(api);
  newest.current = api;
  const source = useMemo(
    () =>
      createLiveSource({
        open: () => new EventSource('/api/v1/live') as EventStream,
        setTimer: (run, after_ms) => setTimeout(run, after_ms),
        clearTimer: timer => clearTimeout(timer as number | undefined),
        onRefused: () => void newest.current.get('/summary').catch((_: ApiError) => undefined),
      }),
    [],
  );
  useEffect(() => {
    if (!isLoggedIn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onVisibility = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(source.stop, hidden_ms);
      else source.start();
    };
    source.start();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
      source.stop();
    };
  }, [source, isLoggedIn]);
  return source;
}

/** Follows central's live events. `onOpen` is called whenever the stream opens (again): events may have been missed. */
export function useLive(onEvent: (event: LiveEvent) => void, onOpen: () => void): void {
  const { live } = useWork();
  const handlers = useRef({ onEvent, onOpen });
  handlers.current = { onEvent, onOpen };
  useEffect(
    () =>
      live.subscribe({
        onEvent: event => handlers.current.onEvent(event),
        onOpen: () => handlers.current.onOpen(),
      }),
    [live],
  );
}

export function useConnected(): boolean {
  const { live } = useWork();
  return useSyncExternalStore(live.onConnection, live.connected);
}
