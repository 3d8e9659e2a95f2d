import { createContext, useContext } from 'react';
import { type Dictionary, en, type WordKey } from './en.js';
import { zh } from './zh.js';

export type Language = 'en' | 'zh';
export type { WordKey };

const dictionaries: Readonly<Record<Language, Dictionary>> = { en, zh };

export interface Words {
  readonly language: Language;
  /** `{name}` in the text is replaced by the parameter of that name. */
  (key: WordKey, params?: Readonly<Record<string, string | number>>): string;
}

export function createWords(language: Language): Words {
  const dictionary = dictionaries[language];
  const lookUp = (key: WordKey, params: Readonly<Record<string, string | number>> = {}): string =>
    dictionary[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
  return Object.assign(lookUp, { language });
}

/** A text whose key is put together from a value: `wordFor('reason', 'too-dark')`. The value itself where no such key is. */
export function wordFor(words: Words, prefix: string, value: string): string {
  const key = `${prefix}_${value.replaceAll('-', '_')}`;
  return key in en ? words(key as WordKey) : value;
}

export const WordsContext = createContext<Words>(createWords('en'));
export const useWords = (): Words => useContext(WordsContext);

export function firstLanguage(stored: string | null, browser: string): Language {
  if (stored === 'en' || stored === 'zh') return stored;
  return browser.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
