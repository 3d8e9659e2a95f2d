/**
 * Takes user names, passwords and queries out of the addresses in a text, for logs and messages:
 * `rtsp://user:secret@host/main?key=1` → `rtsp://host/main?…`. Passwords may hold `@` and `/` that should have been escaped, so
 * that everything up to the last `@` of a word goes; many cameras take the password in the query.
 */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, '$1')
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?]*)\?\S*/gi, '$1?…');
}
