const han = /^\p{Script=Han}/u;

/**
 * A name as a screen in public may show it: "李小明" → "李*明", "李明" → "李*", "Ada Lovelace" → "Ada L.",
 * "Ada" → "Ad*".
 */
export function maskName(name: string): string {
  const trimmed = name.trim();
  const letters = Array.from(trimmed);
  if (han.test(trimmed)) {
    if (letters.length <= 2) return `${letters[0] ?? ''}*`;
    return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
  }
  const words = trimmed.split(/\s+/);
  const [first = ''] = words;
  const last = words.length > 1 ? words.at(-1) : undefined;
  if (last) return `${first} ${Array.from(last)[0]}.`;
  return `${Array.from(first).slice(0, 2).join('')}*`;
}
