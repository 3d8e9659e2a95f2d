import { useEffect, useRef } from 'react';
import { createKeySorter } from './key-sorter.js';

/**
 * Keys pressed anywhere on the page, but not those typed into a field. What a card or code reader types goes to `onScan`, and nowhere
 * when there is none: a card held to the reader too early must not become an amount.
 */
export function useKeyboard(onKey: (key: string) => void, onScan?: (text: string) => void): void {
  const handlers = useRef({ onKey, onScan });
  handlers.current = { onKey, onScan };
  useEffect(() => {
    const sorter = createKeySorter({
      onKey: key => handlers.current.onKey(key),
      onScan: text => handlers.current.onScan?.(text),
      after(ms, work) {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
      },
    });
    const listen = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const isCharacter = event.key.length === 1 && event.key !== ' ';
      // Enter is the page's, and not the button's that was touched last; the space bar presses that.
      if (isCharacter || event.key === 'Backspace' || event.key === 'Enter') event.preventDefault();
      sorter.press(event);
    };
    window.addEventListener('keydown', listen);
    return () => {
      window.removeEventListener('keydown', listen);
      sorter.stop();
    };
  }, []);
}
