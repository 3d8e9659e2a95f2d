import { createServer, type Socket } from 'node:net';
import iconv from 'iconv-lite';
import { afterEach, describe, expect, it } from 'vitest';
import { createRecordingLog } from '../testing/log.js';
import { encodeReceipt } from './escpos.js';
import { parsePrinter } from './index.js';
import { createNetworkPrinter } from './network.js';
import { createReceipts, type Receipt } from './receipts.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function defer() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A printer's side of the connection: keeps what it was sent, one entry per receipt. */
async function startPrinter(onConnection: (socket: Socket) => void = () => undefined) {
  const printed: Buffer[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    const chunks: Buffer[] = [];
    onConnection(socket);
    socket.on('error', () => undefined);
    socket.on('data', chunk => chunks.push(chunk));
    socket.on('end', () => {
      printed.push(Buffer.concat(chunks));
      for (const one of waiting) if (printed.length >= one.count) one.done();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  return {
    port,
    printed,
    until: (count: number) =>
      new Promise<void>(done => (printed.length >= count ? done() : waiting.push({ count, done }))),
  };
}

const receipt: Receipt = {
  campus: '示范大学',
  till: 'Till 1',
  orderId: '019aa0e4-0000-7000-8000-00000000beef',
  displayName: '李*明',
  amount_minor: 1_300,
  currency: 'CNY',
  mode: 'offline',
  paidAt: '2026-09-01T04:00:00.000Z',
  timeZone: 'Asia/Shanghai',
  lines: [
    { name: '牛肉面', quantity: 1, unit: 'piece', sum_minor: 950 },
    { name: 'Salad', quantity: 125, unit: '100g', sum_minor: 350 },
  ],
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const commands = /\x1b@|\x1c&|\x1ba.|\x1d!.|\x1cW.|\x1dVB./gs;
/** What stands on the paper: commands taken out, text decoded. */
const paper = (bytes: Buffer): string =>
  iconv.decode(Buffer.from(bytes.toString('latin1').replaceAll(commands, ''), 'latin1'), 'gb18030').trimEnd();

describe('a receipt', () => {
  it('arrives at a network printer in GB 18030, dish by dish, with the time of the campus, and is cut', async () => {
    const printer = await startPrinter();
    const receipts = createReceipts({
      printer: createNetworkPrinter({ host: '127.0.0.1', port: printer.port, timeout_ms: 2_000 }),
      columns: 32,
      log: createRecordingLog(),
      onChange: () => undefined,
    });
    receipts.print(receipt);
    await printer.until(1);
    const [bytes = Buffer.alloc(0)] = printer.printed;
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from([0x1b, 0x40, 0x1c, 0x26]));
    expect(bytes.subarray(-4)).toEqual(Buffer.from([0x1d, 0x56, 66, 80]));
    expect(paper(bytes).split('\n')).toEqual([
      '示范大学',
      'Till 1',
      '-'.repeat(32),
      '牛肉面 x1                   9.50',
      'Salad 125g                  3.50',
      '合计   CNY 13.00',
      '-'.repeat(32),
      '付款人 Paid by             李*明',
      '时间 Time    2026-09-01 12:00:00',
      '订单 Order              0000beef',
      '离线收款，稍后入账 Taken offline',
      ', posted later',
    ]);
  });

  it('prints no command that somebody has written into a name', () => {
    const bytes = encodeReceipt([{ kind: 'text', text: 'Soup\u001bp\u0000\u0019\u00fa' }], 32);
    expect(bytes.includes(Buffer.from([0x1b, 0x70]))).toBe(false);
  });
});

describe('a printer', () => {
  it('that is gone is noted once, and receipts go on when it is back', async () => {
    const printer = await startPrinter();
    let isThere = false;
    const real = createNetworkPrinter({ host: '127.0.0.1', port: printer.port, timeout_ms: 2_000 });
    const nobody = createNetworkPrinter({ host: '127.0.0.1', port: 1, timeout_ms: 2_000 });
    const states: string[] = [];
    const log = createRecordingLog();
    const lost = defer();
    const receipts = createReceipts({
      printer: { description: 'printer', print: bytes => (isThere ? real : nobody).print(bytes) },
      columns: 32,
      log,
      onChange: () => {
        states.push(receipts.state);
        lost.resolve();
      },
    });
    receipts.print(receipt);
    await lost.promise;
    isThere = true;
    receipts.print(receipt);
    await printer.until(1);
    await expect.poll(() => states).toEqual(['lost', 'ok']);
  });

  it('that takes the connection and never reads on, or breaks it, is an error in time', async () => {
    const silent = await startPrinter(socket => socket.pause());
    const breaking = await startPrinter(socket => socket.resetAndDestroy());
    const large = Buffer.alloc(8_000_000, 0x20);
    for (const { port } of [silent, breaking]) {
      const printer = createNetworkPrinter({ host: '127.0.0.1', port, timeout_ms: 300 });
      await expect(printer.print(large)).rejects.toMatchObject({ code: 'printer_unreachable' });
    }
  });

  it.each(['10.0.3.9', 'printer.canteen:9101', '[::1]:9100'])('is found at %s', address => {
    expect(parsePrinter(address).description).toMatch(/:\d+$/);
  });

  it.each(['', 'a b', 'me@printer', 'printer/tray', 'printer:99999'])('is not at %j', address => {
    expect(() => parsePrinter(address)).toThrow(expect.objectContaining({ code: 'printer_address_invalid' }));
  });
});
