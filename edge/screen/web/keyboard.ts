import { useEffect } from 'react';

/** Keys pressed anywhere on the page, but not those typed into a field. */
export function useKeyboard(handle: (event: KeyboardEvent) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (!isTyping && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat) handle(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [handle]);
}
