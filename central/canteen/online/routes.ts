import { Type } from 'typebox';
import { Id, Page, PorterError } from '../../../protocol/index.js';
import {
  OnlineProvider,
  TopUpOrder,
  TopUpOrderRequest,
  TopUpOrdersQuery,
  TopUpProviders,
} from '../../../protocol/staff/index.js';
import { allow, staffOf } from '../../auth/index.js';
import type { CentralApp } from '../../http/index.js';
import type { createTopUpOrders } from './orders.js';

type Orders = ReturnType<typeof createTopUpOrders>;

const tags = ['canteen'];
const ofOne = Type.Object({ id: Id });
const money = allow('canteen', 'finance');

export function addTopUpOrderRoutes(app: CentralApp, orders: Orders): void {
  app.get(
    '/top-up-providers',
    { onRequest: money, schema: { tags, response: { 200: TopUpProviders } } },
    async () => ({ items: orders.names() }),
  );
  app.post(
    '/people/:id/top-up-orders',
    {
      onRequest: money,
      schema: { tags, params: ofOne, body: TopUpOrderRequest, response: { 201: TopUpOrder } },
    },
    async (request, reply) =>
      reply.status(201).send(await orders.create(request.params.id, request.body, staffOf(request))),
  );
  app.get(
    '/top-up-orders',
    {
      onRequest: money,
      schema: { tags, querystring: TopUpOrdersQuery, response: { 200: Page(TopUpOrder) } },
    },
    request => orders.list(request.query),
  );
  app.get(
    '/top-up-orders/:id',
    { onRequest: money, schema: { tags, params: ofOne, response: { 200: TopUpOrder } } },
    request => orders.read(request.params.id),
  );
}

const mostCallback_bytes = 100_000;

/** Where the providers tell of payments. Nobody is logged in here: what counts is the signature over the body's bytes. */
export function addTopUpCallbacks(app: CentralApp, orders: Orders): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostCallback_bytes }, (_, body, done) =>
    done(null, body),
  );
  app.post(
    '/top-ups/:provider',
    { schema: { hide: true, params: Type.Object({ provider: OnlineProvider }) } },
    async (request, reply) => {
      const { provider } = request.params;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const send = (isTaken: boolean, status?: number) => {
        const answer = orders.answer(provider, isTaken);
        return reply
          .status(status ?? answer.status)
          .type(answer.type)
          .send(answer.body);
      };
      try {
        await orders.take(provider, { headers: request.headers, body });
      } catch (error) {
        if (!(error instanceof PorterError) || error.code === 'provider_off') throw error;
        request.log.warn({ code: error.code, provider }, 'a payment callback was refused');
        // Alipay reads the text alone; WeChat Pay sends again unless the status says that it was taken.
        return send(false, provider === 'wechat' ? error.spec.status : undefined);
      }
      return send(true);
    },
  );
}
