const longestLine = 500;

/** Cuts what a device sends into lines. Control characters are left out; a line that never ends is given up. */
export function createLineCutter(onLine: (line: string) => void) {
  let line = '';
  let isTooLong = false;
  const end = (): void => {
    if (line !== '' && !isTooLong) onLine(line);
    line = '';
    isTooLong = false;
  };
  return {
    take(bytes: Uint8Array): void {
      for (const byte of bytes) {
        if (byte === 10 || byte === 13) end();
        else if (line.length >= longestLine) isTooLong = true;
        else if (byte >= 32 && byte < 127) line += String.fromCharCode(byte);
      }
    },
    /** Nothing has come for a while: some readers send no end of line. */
    end,
  };
}
