import { connect } from 'node:net';
import { printerErrors } from './errors.js';

export interface Printer {
  readonly description: string;
  /** Resolves when the printer has taken all bytes. @throws printer_unreachable */
  print(bytes: Uint8Array): Promise<void>;
}

/** The port on which printers take raw data. */
export const rawPort = 9_100;

/** A printer on the network that takes raw data, one connection per receipt. */
export function createNetworkPrinter(options: {
  readonly host: string;
  readonly port: number;
  readonly timeout_ms: number;
}): Printer {
  const { host, port, timeout_ms } = options;
  const description = `${host}:${port}`;
  return {
    description,
    print: bytes =>
      new Promise((resolve, reject) => {
        const socket = connect({ host, port });
        const fail = (problem: string): void => {
          socket.destroy();
          reject(printerErrors.printer_unreachable({ printer: description, problem }));
        };
        socket.setTimeout(timeout_ms, () => fail(`no answer within ${timeout_ms} ms`));
        socket.once('error', error => fail(error.message));
        let sent = false;
        socket.once('close', () => (sent ? resolve() : fail('the connection was closed')));
        // The printer closes when it has read to the end; what it may say meanwhile is not listened to.
        socket.resume();
        socket.end(bytes, () => {
          sent = true;
        });
      }),
  };
}
