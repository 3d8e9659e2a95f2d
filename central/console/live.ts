import { useEffect, useRef, useState } from 'react';
import type { LiveEvent } from '../../protocol/staff/live.js';

const kinds: readonly LiveEvent['kind'][] = ['entry', 'transfer', 'device', 'person'];

/** Follows central's live events. `onGap` is called after a reconnect: events may have been missed. Gives whether it is connected. */
export function useLive(onEvent: (event: LiveEvent) => void, onGap: () => void): boolean {
  const [connected, setConnected] = useState(true);
  const handlers = useRef({ onEvent, onGap });
  handlers.current = { onEvent, onGap };
  useEffect(() => {
    const source = new EventSource('/api/v1/live');
    let opened = false;
    source.addEventListener('open', () => {
      setConnected(true);
      if (opened) handlers.current.onGap();
      opened = true;
    });
    source.addEventListener('error', () => setConnected(false));
    for (const kind of kinds) {
      source.addEventListener(kind, event => {
        const rest = JSON.parse((event as MessageEvent<string>).data) as object;
        handlers.current.onEvent({ kind, ...rest } as LiveEvent);
      });
    }
    return () => source.close();
  }, []);
  return connected;
}
