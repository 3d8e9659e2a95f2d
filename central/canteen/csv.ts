import { type Cell, type Table, writtenAmount } from './export-tables.js';

/** Tells spreadsheets that the text is UTF-8. */
const byteOrderMark = '\uFEFF';

/** One line by RFC 4180. A text that a spreadsheet would take for a formula is given a quote before it. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const isAmount = /^-?\d+(\.\d+)?$/.test(cell);
  const text = /^[=+\-@\t\r]/.test(cell) && !isAmount ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export async function* csvOf({ columns, rows }: Table): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(columns.map(column => column.name));
  for await (const batch of rows) {
    const lines = batch.map(row =>
      csvLine(row.map((cell, index) => (columns[index]?.kind === 'amount' ? writtenAmount(cell) : cell))),
    );
    if (lines.length > 0) yield lines.join('');
  }
}
