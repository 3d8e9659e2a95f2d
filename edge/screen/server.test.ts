import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { GateScreen } from '../../protocol/index.js';
import { cameraErrors } from '../camera/index.js';
import { systemClock } from '../clock.js';
import type { DemoDirector } from '../contracts.js';
import { paymentErrors } from '../payment/index.js';
import { createFakeFeed } from '../testing/feed.js';
import { createAnnouncer } from './announcer.js';
import { buildScreenServer, type ScreenNeeds } from './server.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const idle: GateScreen = {
  kind: 'gate',
  campus: 'Test Campus',
  place: 'North 3',
  camera: 'ok',
  network: 'online',
  outboxDepth: 0,
  galleryPersons: 0,
  disk: 'ok',
  now: '2026-09-01T04:00:00.000Z',
  phase: { name: 'idle' },
};

function setUp(changes: Partial<ScreenNeeds> = {}) {
  const announcer = createAnnouncer();
  const feed = createFakeFeed();
  const calls: unknown[] = [];
  const screen = { state: idle };
  const app = buildScreenServer({
    state: () => screen.state,
    onChange: announcer.onChange,
    startOrder(amount) {
      calls.push(['start', amount]);
      return { orderId: 'an-order' };
    },
    confirmOrder: async (...args) => void calls.push(['confirm', ...args.filter(one => one !== undefined)]),
    tellApart: (...args) => void calls.push(['digits', ...args]),
    presentCredential: (...args) => void calls.push(['credential', ...args]),
    presentNumber: async (...args) => void calls.push(['number', ...args]),
    cancelOrder: (...args) => void calls.push(['cancel', ...args]),
    openShift: async (...args) => void calls.push(['open-shift', ...args.filter(one => one !== undefined)]),
    closeShift: () => void calls.push(['close-shift']),
    refundMeal: (...args) => void calls.push(['refund', ...args]),
    feed,
    metrics: () => 'porter_frames_total 1\n',
    clock: systemClock,
    webFolder: '/nowhere',
    ownNames: [],
    ...changes,
  });
  closing.push(() => app.close());
  return { app, announcer, feed, calls, screen };
}

const press = (app: FastifyInstance, url: string, payload: object, headers = {}) =>
  app.inject({ method: 'POST', url, payload, headers: { host: '127.0.0.1', ...headers } });

/** Opens a stream over a real socket and collects what comes. */
async function listenTo(app: FastifyInstance, path: string) {
  const address = app.server.listening
    ? `http://127.0.0.1:${(app.server.address() as { port: number }).port}`
    : await app.listen({ host: '127.0.0.1', port: 0 });
  let request: ClientRequest | undefined;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request = get(`${address}${path}`, resolve).on('error', reject);
  });
  closing.push(() => request?.destroy());
  response.on('error', () => undefined);
  let text = '';
  const listeners = new Set<() => void>();
  response.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (const listener of listeners) listener();
  });
  return {
    response,
    leave: () => request?.destroy(),
    until: (predicate: (text: string) => boolean): Promise<string> =>
      new Promise(resolve => {
        const check = (): void => {
          if (!predicate(text)) return;
          listeners.delete(check);
          resolve(text);
        };
        listeners.add(check);
        check();
      }),
  };
}
const states = (text: string): GateScreen[] =>
  text
    .split('\n\n')
    .filter(event => event.startsWith('event: state\n'))
    .map(event => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as GateScreen);

describe('the requests of the page', () => {
  it('reach the cashier: open a shift, close it, give a meal back; a body without its field does not', async () => {
    const { app, calls } = setUp();
    await press(app, '/api/shift/open', { cashier: 'Li' });
    await press(app, '/api/shift/close', {});
    await press(app, '/api/refund', { orderId: 'an-order' });
    expect(calls).toEqual([['open-shift', 'Li'], ['close-shift'], ['refund', 'an-order']]);
    for (const url of ['/api/shift/open', '/api/refund']) {
      expect((await press(app, url, {})).json()).toMatchObject({ error: { code: 'invalid_input' } });
    }
  });

  it('reach the till: start, confirm, cancel', async () => {
    const { app, calls } = setUp();
    const started = await press(app, '/api/order', { amount: '12.50' });
    expect(started.json()).toEqual({ orderId: 'an-order' });
    await press(app, '/api/order/confirm', { orderId: 'an-order', amount_minor: 1_250 });
    await press(app, '/api/order/digits', { orderId: 'an-order', digits: '6001' });
    await press(app, '/api/order/cancel', { orderId: 'an-order' });
    expect(calls).toEqual([
      ['start', { kind: 'amount', text: '12.50' }],
      ['confirm', 'an-order', 1_250],
      ['digits', 'an-order', '6001'],
      ['cancel', 'an-order'],
    ]);
  });

  it('charge a cart and the price of the hour, and nothing that is neither', async () => {
    const { app, calls } = setUp();
    const items = [{ itemId: 'noodles', quantity: 2 }];
    await press(app, '/api/order', { items });
    await press(app, '/api/order', { fixed: true });
    expect(calls).toEqual([
      ['start', { kind: 'cart', lines: items }],
      ['start', { kind: 'fixed' }],
    ]);
    for (const body of [{}, { fixed: false }, { items: [{ itemId: 'noodles' }] }, { items: 'all' }]) {
      expect((await press(app, '/api/order', body)).json()).toMatchObject({
        error: { code: 'invalid_input' },
      });
    }
  });

  it('come back with a coded error in the language of the page', async () => {
    const { app } = setUp({
      startOrder() {
        throw paymentErrors.amount_over_limit({ limit: '100.00' });
      },
    });
    const refused = await press(app, '/api/order', { amount: '999' }, { 'accept-language': 'zh-CN' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json().error).toMatchObject({
      code: 'amount_over_limit',
      message: '本收银台单笔上限为 100.00',
    });
  });

  it.each([
    ['/api/order', { amount: 12.5 }],
    ['/api/order', {}],
    ['/api/order', { amount: 'x'.repeat(41) }],
    ['/api/order/confirm', { orderId: 'an-order', amount_minor: '1250' }],
    ['/api/order/confirm', { orderId: 'an-order', amount_minor: 12.5 }],
    ['/api/order/confirm', { amount_minor: 1_250 }],
  ])('that are malformed are refused and reach nobody: %s %j', async (url, payload) => {
    const { app, calls } = setUp();
    const answer = await press(app, url, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('invalid_input');
    expect(calls).toEqual([]);
  });

  it('that are too large, not JSON, or nowhere are refused by code', async () => {
    const { app } = setUp();
    const large = await press(app, '/api/order', { amount: 'x'.repeat(5_000) });
    expect([large.statusCode, large.json().error.code]).toEqual([400, 'invalid_input']);
    const broken = await app.inject({
      method: 'POST',
      url: '/api/order',
      payload: '{',
      headers: { host: '127.0.0.1', 'content-type': 'application/json' },
    });
    expect(broken.json().error.code).toBe('invalid_input');
    const nowhere = await app.inject({ url: '/api/nowhere', headers: { host: '127.0.0.1' } });
    expect([nowhere.statusCode, nowhere.json().error.code]).toEqual([404, 'not_found']);
  });

  it('of a foreign page are refused before they reach anybody', async () => {
    const { app, calls } = setUp();
    const foreign = [
      await press(app, '/api/order', { amount: '1' }, { origin: 'http://evil.example' }),
      await press(
        app,
        '/api/order',
        { amount: '1' },
        { host: 'evil.example', origin: 'http://evil.example' },
      ),
      await app.inject({ url: '/api/state', headers: { host: 'evil.example' } }),
      await app.inject({ url: '/api/preview.mjpeg', headers: { host: 'evil.example' } }),
    ];
    expect(foreign.map(answer => [answer.statusCode, answer.json().error.code])).toEqual(
      Array.from({ length: 4 }, () => [403, 'foreign_page']),
    );
    expect(calls).toEqual([]);
  });

  it('that meet a defect of ours do not hide it as theirs', async () => {
    const { app } = setUp({
      startOrder() {
        throw new TypeError('undefined is not a function');
      },
    });
    const answer = await press(app, '/api/order', { amount: '1' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([500, 'screen_defect']);
  });

  it('direct the demo where there is one, and say so where there is none', async () => {
    const directed: string[] = [];
    const director: DemoDirector = {
      actors: [],
      current: 'auto',
      direct(actor) {
        if (actor === 'ghost') throw cameraErrors.unknown_actor({ actor });
        directed.push(actor);
      },
    };
    const { app } = setUp({ director });
    expect((await press(app, '/api/demo', { actor: 'nobody' })).statusCode).toBe(200);
    expect((await press(app, '/api/demo', { actor: 'ghost' })).json().error.code).toBe('unknown_actor');
    expect(directed).toEqual(['nobody']);
    expect((await press(setUp().app, '/api/demo', { actor: 'nobody' })).json().error.code).toBe('not_a_demo');
  });
});

it('tells health and metrics', async () => {
  const { app } = setUp();
  const ask = (url: string) => app.inject({ url, headers: { host: 'localhost' } });
  expect((await ask('/api/health')).json()).toEqual({ status: 'ok' });
  expect((await ask('/api/metrics')).body).toBe('porter_frames_total 1\n');
});

it('serves the built page, forbids framing it, and does without one that is not built', async () => {
  const webFolder = mkdtempSync(join(tmpdir(), 'porter-screen-'));
  closing.push(() => rmSync(webFolder, { recursive: true }));
  writeFileSync(join(webFolder, 'index.html'), '<title>Porter</title>');
  const { app } = setUp({ webFolder });
  const page = await app.inject({ url: '/', headers: { host: '127.0.0.1' } });
  expect(page.body).toContain('Porter');
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  const missing = await setUp().app.inject({ url: '/', headers: { host: '127.0.0.1' } });
  expect(missing.statusCode).toBe(404);
});

describe('the stream of states', () => {
  it('begins with the whole state and goes on with every change', async () => {
    const { app, announcer, screen } = setUp();
    const stream = await listenTo(app, '/api/state');
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    expect(states(await stream.until(text => states(text).length === 1))).toEqual([idle]);
    screen.state = { ...idle, phase: { name: 'looking' } };
    announcer.announce();
    const [, second] = states(await stream.until(text => states(text).length === 2));
    expect(second?.phase).toEqual({ name: 'looking' });
  });

  it('sends a thousand changes at once as two states, the last of which is the newest', async () => {
    const { app, announcer, screen } = setUp();
    const stream = await listenTo(app, '/api/state');
    await stream.until(text => states(text).length === 1);
    for (let i = 1; i <= 1_000; i++) {
      screen.state = { ...idle, outboxDepth: i };
      announcer.announce();
    }
    const seen = states(await stream.until(text => states(text).at(-1)?.outboxDepth === 1_000));
    expect(seen.length).toBeLessThanOrEqual(3);
  });

  it('is limited in number, and a page that leaves makes room', async () => {
    const { app, announcer } = setUp();
    const first = await listenTo(app, '/api/state');
    for (let i = 1; i < 16; i++) await listenTo(app, '/api/state');
    const refused = await listenTo(app, '/api/state');
    expect(refused.response.statusCode).toBe(503);
    const gone = new Promise(resolve => first.response.once('close', resolve));
    first.leave();
    await gone;
    announcer.announce();
    await expect
      .poll(async () => (await listenTo(app, '/api/state')).response.statusCode, { interval: 20 })
      .toBe(200);
  });
});

describe('the preview', () => {
  const jpeg = (size: number) => new Uint8Array(size).fill(0x41);

  it('sends each picture with its length', async () => {
    const { app, feed } = setUp();
    const stream = await listenTo(app, '/api/preview.mjpeg');
    expect(stream.response.headers['content-type']).toBe('multipart/x-mixed-replace; boundary=frame');
    feed.give({ jpeg: jpeg(10), sequence: 0, capturedAt_ms: 0 });
    const text = await stream.until(all => all.includes('A'.repeat(10)));
    expect(text).toBe(
      `--frame\r\ncontent-type: image/jpeg\r\ncontent-length: 10\r\n\r\n${'A'.repeat(10)}\r\n`,
    );
  });

  it('of a camera at 100 pictures a second sends at most 10', async () => {
    const { app, feed } = setUp();
    const stream = await listenTo(app, '/api/preview.mjpeg');
    const started_ms = performance.now();
    let sequence = 0;
    const camera = setInterval(
      () => feed.give({ jpeg: jpeg(10), sequence: sequence++, capturedAt_ms: 0 }),
      10,
    );
    const text = await stream.until(all => all.split('--frame').length > 4);
    clearInterval(camera);
    expect(performance.now() - started_ms).toBeGreaterThan(250);
    expect(text.split('--frame').length - 1).toBe(4);
  });

  it('is limited in number', async () => {
    const { app } = setUp();
    for (let i = 0; i < 4; i++) await listenTo(app, '/api/preview.mjpeg');
    expect((await listenTo(app, '/api/preview.mjpeg')).response.statusCode).toBe(503);
  });
});

it('closes although pages are still open', async () => {
  const { app } = setUp();
  await listenTo(app, '/api/state');
  await listenTo(app, '/api/preview.mjpeg');
  await app.close();
  expect(app.server.listening).toBe(false);
});
