import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createRecordingLog } from '../testing/log.js';
import { createLineCutter } from './lines.js';
import { parsePort } from './port.js';
import { createReader } from './reader.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function listenAt(address: string) {
  const readings: string[] = [];
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  const reader = createReader({
    ...{ port: parsePort(address), clock: systemClock, log: createRecordingLog(), onChange: wake },
    onReading(text) {
      readings.push(text);
      wake();
    },
  });
  closing.push(() => reader.close());
  const until = (isDone: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const check = () => {
        if (isDone()) resolve();
      };
      waiting.push(check);
      check();
    });
  return { reader, readings, until };
}

describe('lines', () => {
  const cut = (...parts: (string | number[])[]) => {
    const lines: string[] = [];
    const cutter = createLineCutter(line => void lines.push(line));
    for (const part of parts) cutter.take(Buffer.from(part as string));
    return { lines, cutter };
  };
  it('are put together of pieces, without control characters', () => {
    expect(cut([2], '04A2', 'B3C4', [3, 13, 10], 'SECOND\n').lines).toEqual(['04A2B3C4', 'SECOND']);
  });
  it('that never end, and noise, become nothing', () => {
    expect(cut('x'.repeat(501), '\nGOOD1234\n', [0, 255, 200, 10]).lines).toEqual(['GOOD1234']);
  });
  it('without an end are ended by silence', () => {
    const { lines, cutter } = cut('04A2B3C4');
    cutter.end();
    cutter.end();
    expect(lines).toEqual(['04A2B3C4']);
  });
});

it.each([
  'ttyUSB0',
  '/dev/ttyS0?baud=fast',
  'tcp://host',
  'tcp://host:99999',
  'http://host:1',
  '/etc/passwd',
])('refuses the address %s', address => {
  expect(() => parsePort(address)).toThrow(expect.objectContaining({ code: 'port_address_invalid' }));
});

describe('a reader on the network', () => {
  const serve = async () => {
    const sockets: Socket[] = [];
    const server: Server = createServer(socket => void sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise(resolve => server.close(resolve)));
    closing.push(() => sockets.forEach(socket => void socket.destroy()));
    const { port } = server.address() as { port: number };
    return { sockets, server, address: `tcp://127.0.0.1:${port}` };
  };

  it('hands out each reading once, however long the card lies on it, and with no end of line too', async () => {
    const { sockets, address } = await serve();
    const { readings, until, reader } = listenAt(address);
    await until(() => reader.state === 'ok' && sockets.length === 1);
    sockets[0]?.write('04A2B3C4\r\n04A2B3C4\r\n');
    await until(() => readings.length === 1);
    sockets[0]?.write('0BAD0BAD');
    await until(() => readings.length === 2);
    expect(readings).toEqual(['04A2B3C4', '0BAD0BAD']);
  });

  it('is opened again after it was unplugged', async () => {
    const { sockets, address } = await serve();
    const { readings, until, reader } = listenAt(address);
    await until(() => reader.state === 'ok' && sockets.length === 1);
    sockets[0]?.destroy();
    await until(() => reader.state === 'lost');
    await until(() => reader.state === 'ok');
    const again = await new Promise<Socket>(resolve => {
      const look = () => (sockets[1] ? resolve(sockets[1]) : setImmediate(look));
      look();
    });
    again.write('AFTER001\n');
    await until(() => readings.length === 1);
    expect(readings).toEqual(['AFTER001']);
  });
});

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import pty']);
    return true;
  } catch {
    return false;
  }
})();

/** Opens a terminal, says its name, and writes to it what it reads. */
const terminal = `
import os, pty, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
for line in sys.stdin: os.write(master, line.encode())
`;

describe.skipIf(!hasPython)('a reader at a serial line (python3)', () => {
  it('hands out what comes over the line', async () => {
    const child: ChildProcess = spawn('python3', ['-c', terminal], { stdio: ['pipe', 'pipe', 'inherit'] });
    closing.push(() => child.kill());
    const [path] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const { readings, until, reader } = listenAt(`${path}?baud=19200`);
    await until(() => reader.state === 'ok');
    child.stdin?.write('04A2B3C4\n');
    await until(() => readings.length === 1);
    expect(readings).toEqual(['04A2B3C4']);
  });
});
