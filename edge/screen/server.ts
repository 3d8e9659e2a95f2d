import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { languageOf, PorterError, type ScreenState } from '../../protocol/index.js';
import type { CameraFeed, Clock, DemoDirector } from '../contracts.js';
import { screenErrors } from './errors.js';

export interface ScreenNeeds {
  readonly state: () => ScreenState;
  /** Calls back whenever the state may have changed. */
  readonly onChange: (listener: () => void) => () => void;
  readonly startOrder: (amountText: string) => { orderId: string };
  readonly confirmOrder: (orderId: string, amount_minor: number) => void;
  readonly cancelOrder: (orderId: string) => void;
  readonly director?: DemoDirector;
  readonly feed: CameraFeed;
  readonly metrics: () => string;
  readonly clock: Clock;
  /** The built web page; nothing is served when it is not there. */
  readonly webFolder: string;
}

const largestBody_bytes = 4_096;
const mostStreams = 16;
/** Several changes within this time are sent as one. */
const coalesce_ms = 66;
const preview_interval_ms = 100;
const heartbeat_ms = 15_000;

/** The page on the device's own display, and the few requests that it makes. */
export function buildScreenServer(needs: ScreenNeeds): FastifyInstance {
  const app = Fastify({ bodyLimit: largestBody_bytes, forceCloseConnections: true });
  const streams = createStreamLimit();

  app.setErrorHandler((error, request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    const coded =
      error instanceof PorterError
        ? error
        : screenErrors.invalid_input({ problem: String((error as Error).message) });
    const unexpected =
      !(error instanceof PorterError) && (error as { validation?: unknown }).validation === undefined;
    if (unexpected && ((error as { statusCode?: number }).statusCode ?? 500) >= 500) {
      return reply.status(500).send(screenErrors.screen_defect({ problem: String(error) }).toBody(language));
    }
    return reply.status(coded.status).send(coded.toBody(language));
  });
  app.addHook('onRequest', async request => {
    if (request.method === 'POST') refuseForeignPages(request);
  });

  app.get('/api/health', async () => ({ status: 'ok' }));
  app.get('/api/metrics', async (_, reply) => reply.type('text/plain; version=0.0.4').send(needs.metrics()));
  app.get('/api/state', (_, reply) => {
    const leave = streams.enter();
    reply.hijack();
    streamStates(reply.raw, needs, leave);
  });
  app.get('/api/preview.mjpeg', (_, reply) => {
    const leave = streams.enter();
    reply.hijack();
    void streamPreview(reply.raw, needs, leave);
  });
  app.post(
    '/api/order',
    { schema: { body: Type.Object({ amount: Type.String({ maxLength: 40 }) }) } },
    async request => needs.startOrder((request.body as { amount: string }).amount),
  );
  app.post(
    '/api/order/confirm',
    {
      schema: {
        body: Type.Object({ orderId: Type.String({ maxLength: 40 }), amount_minor: Type.Integer() }),
      },
    },
    async request => {
      const { orderId, amount_minor } = request.body as { orderId: string; amount_minor: number };
      needs.confirmOrder(orderId, amount_minor);
      return {};
    },
  );
  app.post(
    '/api/order/cancel',
    { schema: { body: Type.Object({ orderId: Type.String({ maxLength: 40 }) }) } },
    async request => {
      needs.cancelOrder((request.body as { orderId: string }).orderId);
      return {};
    },
  );
  app.post(
    '/api/demo',
    { schema: { body: Type.Object({ actor: Type.String({ maxLength: 60 }) }) } },
    async request => {
      if (!needs.director) throw screenErrors.not_a_demo();
      needs.director.direct((request.body as { actor: string }).actor);
      return {};
    },
  );
  if (existsSync(join(needs.webFolder, 'index.html'))) {
    app.register(fastifyStatic, { root: needs.webFolder, cacheControl: true });
  }
  return app;
}

/** Pages of other sites must not press buttons here: a request of a browser names the page it comes from. */
function refuseForeignPages(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && new URL(origin).host !== host) throw screenErrors.foreign_page();
}

function createStreamLimit() {
  let open = 0;
  return {
    enter(): () => void {
      if (open >= mostStreams) throw screenErrors.too_many_viewers();
      open++;
      let left = false;
      return () => {
        if (!left) open--;
        left = true;
      };
    },
  };
}

function streamStates(response: ServerResponse, needs: ScreenNeeds, leave: () => void): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    // A page that does not read gets the newest state once it does, not all that were in between.
    if (response.writableNeedDrain) schedule();
    else response.write(`event: state\ndata: ${JSON.stringify(needs.state())}\n\n`);
  };
  const schedule = (): void => {
    timer ??= setTimeout(send, coalesce_ms);
  };
  const stopListening = needs.onChange(schedule);
  const heartbeat = setInterval(schedule, heartbeat_ms);
  send();
  response.once('close', () => {
    stopListening();
    clearInterval(heartbeat);
    clearTimeout(timer);
    leave();
  });
}

async function streamPreview(
  response: ServerResponse,
  { feed, clock }: ScreenNeeds,
  leave: () => void,
): Promise<void> {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  response.writeHead(200, {
    'content-type': 'multipart/x-mixed-replace; boundary=frame',
    'cache-control': 'no-store',
  });
  try {
    for await (const frame of feed.frames(closed.signal)) {
      if (!response.writableNeedDrain) {
        response.write(`--frame\r\ncontent-type: image/jpeg\r\ncontent-length: ${frame.jpeg.length}\r\n\r\n`);
        response.write(frame.jpeg);
        response.write('\r\n');
      }
      await clock.sleep(preview_interval_ms, closed.signal);
    }
  } finally {
    response.end();
    leave();
  }
}
