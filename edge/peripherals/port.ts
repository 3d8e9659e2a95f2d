import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { peripheralErrors } from './errors.js';

/** Where a reader is attached. */
export interface Port {
  readonly description: string;
  /** The line; it ends or fails when the device is unplugged. */
  open(): Promise<Duplex>;
}

const usualBaud = 9_600;
const connect_timeout_ms = 5_000;

/** `/dev/ttyUSB0`, `/dev/ttyUSB0?baud=19200` (8 data bits, no parity, 1 stop bit), `tcp://10.0.3.9:4001`. @throws port_address_invalid */
export function parsePort(address: string): Port {
  const serial = /^(\/dev\/[\w./-]+?)(?:\?baud=([0-9]{3,7}))?$/.exec(address);
  if (serial?.[1]) return serialPort(address, serial[1], Number(serial[2] ?? usualBaud));
  const network = /^tcp:\/\/(\[[0-9A-Fa-f:.]+\]|[\w.-]+):([0-9]{1,5})$/.exec(address);
  const port = Number(network?.[2]);
  if (!network?.[1] || port < 1 || port > 65_535) throw peripheralErrors.port_address_invalid({ address });
  return networkPort(address, network[1].replace(/^\[(.*)\]$/, '$1'), port);
}

function serialPort(description: string, path: string, baudRate: number): Port {
  return {
    description,
    async open() {
      // Native code, for those alone who have a serial line.
      const { SerialPort } = await import('serialport');
      return new Promise((resolve, reject) => {
        const line = new SerialPort({ path, baudRate }, error => (error ? reject(error) : resolve(line)));
      });
    },
  };
}

function networkPort(description: string, host: string, port: number): Port {
  return {
    description,
    open: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host, port, keepAlive: true });
        socket.setTimeout(connect_timeout_ms, () => socket.destroy(new Error('no answer')));
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.setTimeout(0);
          socket.off('error', reject);
          resolve(socket);
        });
      }),
  };
}
