import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { CartLine, languageOf, mostCartLines, PorterError, type ScreenState } from '../../protocol/index.js';
import type { CameraFeed, Clock, DemoDirector } from '../contracts.js';
import type { Charge } from '../payment/index.js';
import { screenErrors } from './errors.js';
import { createGuard } from './guard.js';
import { createStreamLimit, streamPreview, streamStates } from './streams.js';

export interface ScreenNeeds {
  readonly state: () => ScreenState;
  /** Calls back whenever the state may have changed; gives how to stop. */
  readonly onChange: (listener: () => void) => () => void;
  /** These throw coded errors, which the page shows. */
  readonly startOrder: (charge: Charge) => { orderId: string };
  readonly confirmOrder: (orderId: string, amount_minor: number, pin?: string) => Promise<void>;
  readonly tellApart: (orderId: string, digits: string) => void;
  readonly presentCredential: (text: string) => void;
  readonly presentNumber: (orderId: string, studentNumber: string, pin: string) => Promise<void>;
  readonly cancelOrder: (orderId: string) => void;
  readonly openShift: (cashier: string, pin?: string) => Promise<void>;
  readonly closeShift: () => void;
  readonly refundMeal: (orderId: string) => void;
  readonly director?: DemoDirector;
  readonly feed: CameraFeed;
  readonly metrics: () => string;
  readonly clock: Clock;
  /** The built web page; nothing is served when it is not there. */
  readonly webFolder: string;
  /** Names, besides its addresses, by which pages may call this device. */
  readonly ownNames: readonly string[];
}

const largestBody_bytes = 4_096;
const mostStates = 16;
const mostPreviews = 4;

const OrderBody = Type.Union([
  Type.Object({ amount: Type.String({ maxLength: 40 }) }),
  Type.Object({ items: Type.Array(CartLine, { maxItems: 2 * mostCartLines }) }),
  Type.Object({ fixed: Type.Literal(true) }),
]);
const ConfirmBody = Type.Object({
  orderId: Type.String({ maxLength: 40 }),
  amount_minor: Type.Integer(),
  pin: Type.Optional(Type.String({ maxLength: 20 })),
});
/** Names an order. */
const OrderRefBody = Type.Object({ orderId: Type.String({ maxLength: 40 }) });
const DigitsBody = Type.Object({
  orderId: Type.String({ maxLength: 40 }),
  digits: Type.String({ maxLength: 20 }),
});
/** A phone's code has 155 characters. */
const CredentialBody = Type.Object({ text: Type.String({ maxLength: 500 }) });
const NumberBody = Type.Object({
  orderId: Type.String({ maxLength: 40 }),
  studentNumber: Type.String({ maxLength: 40 }),
  pin: Type.String({ maxLength: 20 }),
});
const ShiftBody = Type.Object({
  cashier: Type.String({ maxLength: 200 }),
  pin: Type.Optional(Type.String({ maxLength: 20 })),
});
const DemoBody = Type.Object({ actor: Type.String({ maxLength: 60 }) });

/** The page on the device's own display, and the few requests that it makes. */
export function buildScreenServer(needs: ScreenNeeds): FastifyInstance {
  // An amount that is a number instead of a text has been through a float: it is refused, not converted.
  const ajv = { customOptions: { coerceTypes: false } } as const;
  const app = Fastify({ bodyLimit: largestBody_bytes, forceCloseConnections: true, ajv });
  const guard = createGuard(needs.ownNames);

  app.setErrorHandler((error: FastifyError, request, reply) =>
    answerError(error, reply, request.headers['accept-language']),
  );
  app.setNotFoundHandler((request, reply) =>
    answerError(screenErrors.not_found(), reply, request.headers['accept-language']),
  );
  app.addHook('onRequest', async (request, reply) => {
    const { method, headers } = request;
    const site = headers['sec-fetch-site'];
    guard({
      method,
      host: headers.host,
      origin: headers.origin,
      site: typeof site === 'string' ? site : undefined,
    });
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    });
  });
  addStreams(app, needs);
  addRequests(app, needs);
  if (existsSync(join(needs.webFolder, 'index.html'))) {
    app.register(fastifyStatic, { root: needs.webFolder, cacheControl: true });
    // The second screen of a till is the same page, which looks at its address.
    app.get('/customer', (_, reply) => reply.sendFile('index.html'));
  }
  return app;
}

function addStreams(app: FastifyInstance, needs: ScreenNeeds): void {
  const { state, onChange, feed, clock } = needs;
  const enterStates = createStreamLimit(mostStates);
  const enterPreviews = createStreamLimit(mostPreviews);
  app.get('/api/state', (_, reply) => {
    const leave = enterStates();
    reply.hijack();
    streamStates(reply.raw, { state, onChange, leave });
  });
  app.get('/api/preview.mjpeg', (_, reply) => {
    const leave = enterPreviews();
    reply.hijack();
    void streamPreview(reply.raw, { feed, clock, leave });
  });
}

function addRequests(app: FastifyInstance, needs: ScreenNeeds): void {
  app.get('/api/health', async () => ({ status: 'ok' }));
  app.get('/api/metrics', async (_, reply) => reply.type('text/plain; version=0.0.4').send(needs.metrics()));
  app.post<{ Body: Type.Static<typeof OrderBody> }>(
    '/api/order',
    { schema: { body: OrderBody } },
    async ({ body }) => needs.startOrder(chargeOf(body)),
  );
  app.post<{ Body: Type.Static<typeof ConfirmBody> }>(
    '/api/order/confirm',
    { schema: { body: ConfirmBody } },
    async ({ body }) => {
      await needs.confirmOrder(body.orderId, body.amount_minor, body.pin);
      return {};
    },
  );
  app.post<{ Body: Type.Static<typeof OrderRefBody> }>(
    '/api/order/cancel',
    { schema: { body: OrderRefBody } },
    async ({ body }) => {
      needs.cancelOrder(body.orderId);
      return {};
    },
  );
  app.post<{ Body: Type.Static<typeof DigitsBody> }>(
    '/api/order/digits',
    { schema: { body: DigitsBody } },
    async ({ body }) => {
      needs.tellApart(body.orderId, body.digits);
      return {};
    },
  );
  app.post<{ Body: Type.Static<typeof CredentialBody> }>(
    '/api/order/credential',
    { schema: { body: CredentialBody } },
    async ({ body }) => {
      needs.presentCredential(body.text);
      return {};
    },
  );
  app.post<{ Body: Type.Static<typeof NumberBody> }>(
    '/api/order/number',
    { schema: { body: NumberBody } },
    async ({ body }) => {
      await needs.presentNumber(body.orderId, body.studentNumber, body.pin);
      return {};
    },
  );
  app.post<{ Body: Type.Static<typeof ShiftBody> }>(
    '/api/shift/open',
    { schema: { body: ShiftBody } },
    async ({ body }) => {
      await needs.openShift(body.cashier, body.pin);
      return {};
    },
  );
  app.post('/api/shift/close', async () => {
    needs.closeShift();
    return {};
  });
  app.post<{ Body: Type.Static<typeof OrderRefBody> }>(
    '/api/refund',
    { schema: { body: OrderRefBody } },
    async ({ body }) => {
      needs.refundMeal(body.orderId);
      return {};
    },
  );
  app.post<{ Body: Type.Static<typeof DemoBody> }>(
    '/api/demo',
    { schema: { body: DemoBody } },
    async ({ body }) => {
      if (!needs.director) throw screenErrors.not_a_demo();
      needs.director.direct(body.actor);
      return {};
    },
  );
}

function chargeOf(body: Type.Static<typeof OrderBody>): Charge {
  if ('amount' in body) return { kind: 'amount', text: body.amount };
  return 'items' in body ? { kind: 'cart', lines: body.items } : { kind: 'fixed' };
}

function answerError(
  error: FastifyError | PorterError,
  reply: FastifyReply,
  acceptLanguage: string | undefined,
): FastifyReply {
  const coded = codedOf(error);
  return reply.status(coded.status).send(coded.toBody(languageOf(acceptLanguage)));
}

function codedOf(error: FastifyError | PorterError): PorterError {
  if (error instanceof PorterError) return error;
  const refusedByFastify = (error.statusCode ?? 500) < 500;
  if (refusedByFastify) return screenErrors.invalid_input({ problem: error.message });
  return screenErrors.screen_defect({ problem: String(error) }, { cause: error });
}
