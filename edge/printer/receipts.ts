import { formatAmount, type PricedLine } from '../../protocol/index.js';
import type { Log } from '../contracts.js';
import { type Block, encodeReceipt } from './escpos.js';
import type { Printer } from './network.js';

/** What a receipt says of a meal. */
export interface Receipt {
  readonly campus: string;
  readonly till: string;
  readonly orderId: string;
  readonly displayName: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly mode: 'online' | 'offline';
  /** RFC 3339. */
  readonly paidAt: string;
  readonly timeZone: string;
  readonly lines?: readonly PricedLine[];
}

export interface Receipts {
  /** Prints in turn, in the background; a meal never waits for its receipt. */
  print(receipt: Receipt): void;
  readonly state: 'ok' | 'lost';
}

/** Receipts that wait behind one that is printed; more are not printed at all. */
const mostWaiting = 20;
const endOfOrderId = 8;

/** A printer that is gone is noted once, tried again with the next receipt, and never holds anything up. */
export function createReceipts(needs: {
  readonly printer: Printer;
  readonly columns: number;
  readonly log: Log;
  readonly onChange: () => void;
}): Receipts {
  const { printer, columns, log, onChange } = needs;
  const queue: Buffer[] = [];
  let working = false;
  let state: Receipts['state'] = 'ok';
  const become = (next: Receipts['state'], error?: unknown): void => {
    if (state === next) return;
    state = next;
    if (next === 'lost') log.error({ error: String(error) }, 'receipts are not printed');
    else log.info({ printer: printer.description }, 'receipts are printed again');
    onChange();
  };
  const work = async (): Promise<void> => {
    working = true;
    for (let bytes = queue.shift(); bytes; bytes = queue.shift()) {
      try {
        await printer.print(bytes);
        become('ok');
      } catch (error) {
        become('lost', error);
      }
    }
    working = false;
  };
  return {
    get state() {
      return state;
    },
    print(receipt) {
      if (queue.length >= mostWaiting) return;
      try {
        queue.push(encodeReceipt(blocksOf(receipt), columns));
      } catch (error) {
        // A defect of ours must not look like a meal that could not be paid.
        log.error({ error: String(error) }, 'a receipt could not be made');
      }
      if (!working) void work();
    },
  };
}

/** The receipt in Chinese and English. */
export function blocksOf(receipt: Receipt): readonly Block[] {
  const { campus, till, orderId, displayName, amount_minor, currency, mode, paidAt, timeZone, lines } =
    receipt;
  const at = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return [
    { kind: 'text', text: campus, align: 'centre' },
    { kind: 'text', text: till, align: 'centre' },
    { kind: 'rule' },
    ...(lines ?? []).map(
      ({ name, quantity, unit, sum_minor }): Block => ({
        kind: 'row',
        left: `${name} ${unit === 'piece' ? `x${quantity}` : `${quantity}g`}`,
        right: formatAmount(sum_minor),
      }),
    ),
    { kind: 'row', left: '合计', right: `${currency} ${formatAmount(amount_minor)}`, large: true },
    { kind: 'rule' },
    { kind: 'row', left: '付款人 Paid by', right: displayName },
    { kind: 'row', left: '时间 Time', right: at.format(new Date(paidAt)) },
    { kind: 'row', left: '订单 Order', right: orderId.slice(-endOfOrderId) },
    ...(mode === 'offline'
      ? [{ kind: 'text', text: '离线收款，稍后入账 Taken offline, posted later' } as const]
      : []),
  ];
}
