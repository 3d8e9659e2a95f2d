import { useEffect, useState } from 'react';
import type { ErrorBody } from '../../../protocol/errors.js';
import type { ScreenState } from '../../../protocol/screen.js';
import type { Language } from './words.js';

export interface DeviceLink {
  /** The newest state; undefined until the first came. */
  readonly state: ScreenState | undefined;
  readonly connected: boolean;
}

/** Follows the device's state; the browser reconnects by itself. */
export function useDevice(): DeviceLink {
  const [link, setLink] = useState<DeviceLink>({ state: undefined, connected: true });
  useEffect(() => {
    const source = new EventSource('api/state');
    source.addEventListener('state', event => {
      setLink({ state: JSON.parse((event as MessageEvent<string>).data) as ScreenState, connected: true });
    });
    source.addEventListener('error', () => setLink(last => ({ ...last, connected: false })));
    source.addEventListener('open', () => setLink(last => ({ ...last, connected: true })));
    return () => source.close();
  }, []);
  return link;
}

/** What the device refused, in words; undefined when it did what was asked. */
export async function ask(path: string, body: object, language: Language): Promise<string | undefined> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language },
      body: JSON.stringify(body),
    });
    if (response.ok) return undefined;
    const { error } = (await response.json()) as ErrorBody;
    return error.message;
  } catch {
    return '';
  }
}
