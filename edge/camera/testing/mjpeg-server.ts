import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MjpegServer {
  readonly url: string;
  /** Sends a picture to everybody who watches. */
  show(jpeg: Uint8Array): void;
  /** Resolves once somebody watches. */
  watched(): Promise<void>;
  /** Cuts the connections, as a camera does that loses power. */
  cut(): void;
  close(): Promise<void>;
}

/** A network camera that sends JPEG pictures over HTTP at /video, wants `user:password` at /private, and has nothing else. */
export async function startMjpegServer(): Promise<MjpegServer> {
  const watching = new Set<ServerResponse>();
  const arrivals = new Set<() => void>();
  const server = createServer((request, response) => {
    const wanted = `Basic ${Buffer.from('user:password').toString('base64')}`;
    if (request.url === '/private' && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    if (request.url !== '/video' && request.url !== '/private') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    response.flushHeaders();
    response.on('error', () => undefined);
    response.once('close', () => watching.delete(response));
    watching.add(response);
    for (const arrived of arrivals) arrived();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
  const cut = (): void => {
    for (const response of watching) response.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(jpeg) {
      for (const response of watching) {
        response.write(`--frame\r\ncontent-type: image/jpeg\r\ncontent-length: ${jpeg.length}\r\n\r\n`);
        response.write(jpeg);
        response.write('\r\n');
      }
    },
    watched: () =>
      watching.size > 0
        ? Promise.resolve()
        : new Promise(resolve => {
            const arrived = (): void => {
              arrivals.delete(arrived);
              resolve();
            };
            arrivals.add(arrived);
          }),
    cut,
    close() {
      cut();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}
