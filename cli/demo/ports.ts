import { createServer } from 'node:net';
import { cliErrors } from '../errors.js';

/** Resolves when nothing listens on the port of 127.0.0.1; error `port_taken` naming the option otherwise. */
export async function requireFreePort(port: number, option: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(cliErrors.port_taken({ port, option })));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
