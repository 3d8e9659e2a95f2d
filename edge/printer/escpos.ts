import iconv from 'iconv-lite';

/** What is printed, from top to bottom. */
export type Block =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly align?: 'left' | 'centre';
      readonly large?: boolean;
    }
  /** Words at both ends of one line. */
  | { readonly kind: 'row'; readonly left: string; readonly right: string; readonly large?: boolean }
  | { readonly kind: 'rule' };

const esc = 0x1b;
const gs = 0x1d;
const fs = 0x1c;
const lineFeed = 0x0a;

/** Bytes of the ESC/POS commands used here, as Epson's reference names them. */
const command = {
  /** ESC @ */
  initialise: [esc, 0x40],
  /** FS & : two-byte characters from now on. */
  chinese: [fs, 0x26],
  /** ESC a n */
  align: { left: [esc, 0x61, 0], centre: [esc, 0x61, 1] },
  /** GS ! n : width and height doubled. FS W n for two-byte characters. */
  large: { on: [gs, 0x21, 0x11, fs, 0x57, 1], off: [gs, 0x21, 0x00, fs, 0x57, 0] },
  /** GS V 66 n : feed n dots and cut. */
  cut: [gs, 0x56, 66, 80],
} as const;

/**
 * A receipt as bytes for an ESC/POS printer: text in GB 18030, `columns` characters of the plain size in a line (32 on paper of
 * 58 mm, 48 on 80 mm).
 */
export function encodeReceipt(blocks: readonly Block[], columns: number): Buffer {
  const parts: Buffer[] = [Buffer.from([...command.initialise, ...command.chinese])];
  const put = (...bytes: readonly number[]) => void parts.push(Buffer.from(bytes));
  for (const block of blocks) {
    const isLarge = block.kind !== 'rule' && block.large === true;
    const width = isLarge ? Math.floor(columns / 2) : columns;
    put(...command.align[block.kind === 'text' && block.align === 'centre' ? 'centre' : 'left']);
    put(...(isLarge ? command.large.on : command.large.off));
    for (const line of linesOf(block, width)) {
      parts.push(iconv.encode(line, 'gb18030'));
      put(lineFeed);
    }
  }
  put(...command.large.off, ...command.cut);
  return Buffer.concat(parts);
}

function linesOf(block: Block, width: number): readonly string[] {
  if (block.kind === 'rule') return ['-'.repeat(width)];
  if (block.kind === 'text') return wrap(printable(block.text), width);
  const right = printable(block.right);
  const room = width - widthOf(right) - 1;
  if (room < 1) return [...wrap(printable(block.left), width), ...wrap(right, width)];
  const lines = wrap(printable(block.left), room);
  const last = lines.at(-1) ?? '';
  const gap = ' '.repeat(Math.max(1, width - widthOf(last) - widthOf(right)));
  return [...lines.slice(0, -1), last + gap + right];
}

/** Nothing that a printer would take for a command. */
function printable(text: string): string {
  return text.normalize('NFC').replaceAll(/\p{C}/gu, ' ');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const character of text) {
    if (widthOf(line) + widthOf(character) > width) {
      lines.push(line);
      line = '';
    }
    line += character;
  }
  return [...lines, line];
}

/** Columns: characters of two bytes are twice as wide. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
  return width;
}
