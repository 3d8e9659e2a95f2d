import { formatAmount } from '../../protocol/index.js';
import type { Settlement } from '../../protocol/staff/index.js';
import type { Db } from '../db/index.js';

/** Tells spreadsheets that the text is UTF-8. */
const byteOrderMark = '\uFEFF';
const page = 1_000;

type Cell = string | number | null | undefined;

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

export function settlementCsv({ tills, total, currency }: Settlement): string {
  const head = [
    'till',
    'currency',
    'meals',
    'gross',
    'refunded',
    'net',
    'cash',
    'subsidy',
    'offline',
    'flagged',
    'late',
  ];
  const line = (name: string, row: Settlement['total']): string =>
    csvLine([
      name,
      currency,
      row.meals,
      formatAmount(row.gross_minor),
      formatAmount(row.refunded_minor),
      formatAmount(row.net_minor),
      formatAmount(row.cash_minor),
      formatAmount(row.subsidy_minor),
      row.offline,
      row.flagged,
      row.late,
    ]);
  return [
    byteOrderMark,
    csvLine(head),
    ...tills.map(till => line(till.tillName, till)),
    line('total', total),
  ].join('');
}

const transferColumns = [
  'id',
  'kind',
  'at',
  'occurred_at',
  'amount',
  'currency',
  'student_number',
  'till',
  'order_id',
  'mode',
  'flag',
  'reverses',
  'meal_date',
  'meal_period',
] as const;

/** The transfers of a day, in the order of their ids, page by page. */
export async function* transfersCsv(db: Db, canteen: string, day: string): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(transferColumns);
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('transfer')
      .leftJoin('person', 'person.id', 'transfer.person_id')
      .leftJoin('till', 'till.id', 'transfer.till_id')
      .selectAll('transfer')
      .select(['person.student_number', 'till.name as till'])
      .where('transfer.canteen', '=', canteen)
      .where('transfer.business_day', '=', day)
      .where('transfer.id', '>', after)
      .orderBy('transfer.id')
      .limit(page)
      .execute();
    const lines = rows.map(({ amount_minor, ...row }) => {
      const named = { ...row, amount: formatAmount(amount_minor) };
      return csvLine(transferColumns.map(column => named[column]));
    });
    if (lines.length > 0) yield lines.join('');
    const last = rows.at(-1);
    if (rows.length < page || !last) return;
    after = last.id;
  }
}
