import { formatAmount } from '../../protocol/index.js';
import type { Settlement } from '../../protocol/staff/index.js';
import type { Db } from '../db/index.js';

/** A cell of an `amount` column holds minor units. */
export type Cell = string | number | null | undefined;

export interface TableColumn {
  readonly name: string;
  readonly kind: 'text' | 'count' | 'amount';
}

/** What is exported, whatever the file is: rows come in batches, so that a long day is never held as a whole. */
export interface Table {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: Iterable<readonly (readonly Cell[])[]> | AsyncIterable<readonly (readonly Cell[])[]>;
}

const page = 1_000;

const text = (name: string): TableColumn => ({ name, kind: 'text' });
const amount = (name: string): TableColumn => ({ name, kind: 'amount' });
const count = (name: string): TableColumn => ({ name, kind: 'count' });

/** An amount as it is written in a file: "12.50". */
export const writtenAmount = (cell: Cell): string => formatAmount(Number(cell));

export function settlementTable({ canteen, day, tills, total, currency }: Settlement): Table {
  const line = (name: string, row: Settlement['total'], stall?: string): Cell[] => [
    name,
    currency,
    row.meals,
    row.gross_minor,
    row.refunded_minor,
    row.net_minor,
    row.cash_minor,
    row.subsidy_minor,
    row.offline,
    row.flagged,
    row.late,
    stall,
  ];
  return {
    title: `${canteen} ${day}`,
    columns: [
      text('till'),
      text('currency'),
      count('meals'),
      amount('gross'),
      amount('refunded'),
      amount('net'),
      amount('cash'),
      amount('subsidy'),
      count('offline'),
      count('flagged'),
      count('late'),
      text('stall'),
    ],
    rows: [[...tills.map(till => line(till.tillName, till, till.stall)), line('total', total)]],
  };
}

const transferColumns = [
  'id',
  'kind',
  'at',
  'occurred_at',
  'amount_minor',
  'currency',
  'student_number',
  'till',
  'order_id',
  'mode',
  'flag',
  'reverses',
  'meal_date',
  'meal_period',
  'stall',
] as const;

/** The transfers of a day, in the order of their ids. */
export function transfersTable(db: Db, canteen: string, day: string): Table {
  return {
    title: `${canteen} ${day}`,
    columns: transferColumns.map(name => (name === 'amount_minor' ? amount('amount') : text(name))),
    rows: readTransfers(db, canteen, day),
  };
}

async function* readTransfers(db: Db, canteen: string, day: string): AsyncGenerator<Cell[][]> {
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
    yield rows.map(row => transferColumns.map(column => row[column]));
    const last = rows.at(-1);
    if (rows.length < page || !last) return;
    after = last.id;
  }
}
