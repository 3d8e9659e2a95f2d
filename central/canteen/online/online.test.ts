import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../../protocol/index.js';
import type { Person, TopUpOrder } from '../../../protocol/staff/index.js';
import { createAudit } from '../../audit/index.js';
import { createLedgerStore } from '../../ledger/index.js';
import { onEachDatabase } from '../../testing.js';
import { createTestCounter, type TestCounter } from '../testing.js';
import { createOnlineTopUps } from './index.js';
import { tradeNumberOf } from './provider.js';
import type { Message, Name, Trade } from './testing/stand-in.js';
import { type StandIn, startStandIn } from './testing/start-stand-in.js';

const minute_ms = 60_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

onEachDatabase(dialect => {
  let at: TestCounter;
  let standIn: StandIn;
  let ann: Person;

  let port: number;

  beforeAll(async () => {
    port = await freePort();
    standIn = await startStandIn(`http://127.0.0.1:${port}`);
  });
  afterAll(() => standIn?.close());
  beforeEach(async () => {
    at = await createTestCounter(
      dialect,
      { topUps: { validMinutes: 3, ...standIn.topUps } },
      { startAt: new Date().toISOString() },
    );
    await at.central.app.listen({ host: '127.0.0.1', port });
    ann = await at.diner('ann');
  });
  afterEach(() => at?.close());

  const create = (provider: Name, amount = '50', requestId = newId()) =>
    at.finance.call<TopUpOrder>('POST', `/people/${ann.id}/top-up-orders`, { requestId, provider, amount });
  const ordered = async (provider: Name, amount = '50'): Promise<TopUpOrder> => {
    const answer = await create(provider, amount);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const read = async ({ id }: TopUpOrder) => (await at.finance.get<TopUpOrder>(`/top-up-orders/${id}`)).body;
  const pay = ({ id, provider }: TopUpOrder, tell = true, change: Partial<Trade> = {}) =>
    standIn.tell<{ status: number; body: string }>({
      kind: 'pay',
      provider,
      number: tradeNumberOf(id),
      tell,
      change,
    });
  const message = ({ id, provider }: TopUpOrder, change: Partial<Trade> = {}) =>
    standIn.tell<Message>({ kind: 'message', provider, number: tradeNumberOf(id), change });
  const deliver = (provider: Name, { headers, body }: Message) =>
    at.central.app.inject({ method: 'POST', url: `/callbacks/top-ups/${provider}`, headers, payload: body });
  const balance = async () => (await at.account(ann)).balance_minor;
  const sweep = () => {
    const { db, clock, live, config } = at.central;
    const parts = { clock, newId };
    const ledger = createLedgerStore(parts);
    const gallery = undefined as never;
    return createOnlineTopUps({
      ...parts,
      db,
      live,
      config,
      audit: createAudit(parts),
      gallery,
      ledger,
    }).sweep();
  };
  /** An hour is too long for a callback's time; a minute is not. */
  const toExpiry = () => at.central.clock.advance(4 * minute_ms);

  describe.each(['wechat', 'alipay'] as const)('%s', provider => {
    test('a code is shown, paid, and told of: the wallet has the money once, however often it is told', async () => {
      const order = await ordered(provider);
      expect(order).toMatchObject({ state: 'open', amount_minor: 5_000, currency: 'CNY' });
      expect(order.payUrl).toContain(tradeNumberOf(order.id));
      expect(await pay(order)).toEqual(
        provider === 'wechat' ? { status: 204, body: '' } : { status: 200, body: 'success' },
      );
      const told = await message(order);
      for (const _ of [1, 2]) expect((await deliver(provider, told)).statusCode).toBeLessThan(300);
      await Promise.all([pay(order), pay(order), sweep()]);
      expect(await balance()).toBe(5_000);
      expect(await read(order)).toMatchObject({ state: 'paid', late: false, transferId: expect.any(String) });
      expect(await at.transfers(ann)).toMatchObject([{ kind: 'top-up', amount_minor: 5_000 }]);
    });

    test('sent again after a lost answer it is the same order; another body is refused', async () => {
      const requestId = newId();
      const first = await create(provider, '20', requestId);
      expect((await create(provider, '20', requestId)).body).toEqual(first.body);
      expect(await create(provider, '30', requestId)).toMatchObject({ code: 'order_differs' });
      expect(await create(provider, '0.50')).toMatchObject({ code: 'amount_outside' });
    });

    test('a message that was altered, signed by another or is of another order moves nothing', async () => {
      const order = await ordered(provider);
      const told = await message(order);
      const altered = { ...told, body: told.body.replace(/(.{40})$/, 'A$1') };
      expect((await deliver(provider, altered)).body).not.toBe('success');
      await standIn.tell({ kind: 'forge', isForging: true });
      const forged = await message(order);
      await standIn.tell({ kind: 'forge', isForging: false });
      for (const bad of [altered, forged, { headers: {}, body: '' }, { headers: told.headers, body: '{}' }]) {
        const { statusCode, body } = await deliver(provider, bad);
        expect([statusCode < 300, body]).not.toEqual([true, provider === 'wechat' ? '' : 'success']);
      }
      const stray = { ...order, id: newId() };
      const appId = provider === 'wechat' ? 'wx1' : '2021000000000001';
      const unknown = await deliver(provider, await message(stray, { appId }));
      expect([unknown.statusCode, unknown.body]).not.toEqual([204, '']);
      expect(unknown.body).not.toBe('success');
      expect(await balance()).toBe(0);
      expect(await read(order)).toMatchObject({ state: 'open' });
    });

    test('another amount than the order’s is refused and put on record', async () => {
      const order = await ordered(provider);
      expect((await deliver(provider, await message(order, { amount_minor: 1 }))).body).not.toBe('success');
      expect(await balance()).toBe(0);
      const audit = await at.central.db
        .selectFrom('audit')
        .select('detail')
        .where('action', '=', 'refuse-top-up-payment')
        .executeTakeFirstOrThrow();
      expect(JSON.parse(audit.detail ?? '{}')).toMatchObject({ orderId: order.id, amount_minor: 1 });
    });

    test('a payment that nobody told us of is found by asking', async () => {
      const order = await ordered(provider);
      await pay(order, false);
      expect(await read(order)).toMatchObject({ state: 'paid' });
      expect(await balance()).toBe(5_000);
    });

    test('an order that nobody pays is closed; money that comes for it all the same is the person’s, and late', async () => {
      const order = await ordered(provider);
      toExpiry();
      await sweep();
      expect(await read(order)).toMatchObject({ state: 'closed' });
      await pay(order);
      expect(await read(order)).toMatchObject({ state: 'paid', late: true });
      expect(await balance()).toBe(5_000);
    });

    test('an answer that the provider did not sign is not believed', async () => {
      const order = await ordered(provider);
      await pay(order, false);
      await standIn.tell({ kind: 'forge', isForging: true });
      await expect(sweep()).rejects.toMatchObject({ code: 'callback_not_authentic' });
      expect(await balance()).toBe(0);
      expect(await create(provider)).toMatchObject({ status: 401, code: 'callback_not_authentic' });
      await standIn.tell({ kind: 'forge', isForging: false });
      await sweep();
      expect(await balance()).toBe(5_000);
    });
  });

  test('a WeChat message whose time is off is refused, and so is one in another currency', async () => {
    const order = await ordered('wechat');
    const abroad = await deliver('wechat', await message(order, { currency: 'USD' }));
    expect(abroad.statusCode).toBe(409);
    const told = await message(order);
    at.central.clock.advance(6 * minute_ms);
    expect((await deliver('wechat', told)).statusCode).toBe(401);
    expect(await balance()).toBe(0);
  });

  test('a provider that is away is said so, and the order goes on when it is back', async () => {
    const requestId = newId();
    const down = await createTestCounter(dialect, {
      topUps: { ...standIn.topUps, wechat: { ...standIn.topUps.wechat, baseUrl: 'http://127.0.0.1:1' } },
    });
    const person = await down.diner('bob');
    const path = `/people/${person.id}/top-up-orders`;
    const asked = { requestId, provider: 'wechat', amount: '5' };
    expect(await down.finance.call('POST', path, asked)).toMatchObject({ code: 'provider_unavailable' });
    expect((await down.finance.get(`/top-up-orders/${requestId}`)).body).toMatchObject({ state: 'open' });
    await down.close();
  });

  test('a provider without an address to call back is a mistake that is told at the start', async () => {
    const { callbackUrl: _, ...topUps } = standIn.topUps;
    await expect(createTestCounter(dialect, { topUps })).rejects.toMatchObject({
      code: 'callback_url_missing',
    });
  });

  test('without configuration there are no providers', async () => {
    const plain = await createTestCounter(dialect);
    expect((await plain.finance.get('/top-up-providers')).body).toEqual({ items: [] });
    const person = await plain.diner('cat');
    const asked = { requestId: newId(), provider: 'alipay', amount: '5' };
    expect(await plain.finance.call('POST', `/people/${person.id}/top-up-orders`, asked)).toMatchObject({
      code: 'provider_off',
    });
    const { statusCode } = await plain.central.app.inject({
      method: 'POST',
      url: '/callbacks/top-ups/alipay',
      payload: 'a=1',
    });
    expect(statusCode).toBe(404);
    await plain.close();
  });
});
