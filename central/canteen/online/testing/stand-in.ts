import {
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * WeChat Pay and Alipay as a merchant sees them, in a process of its own: for tests alone. It checks what it is sent with code of its
 * own, written from the providers' documents. Told what to do by messages of the parent process.
 */
export interface Merchant {
  readonly publicKey: string;
  readonly apiV3Key: string;
}
export type Name = 'wechat' | 'alipay';
export type Order =
  | { kind: 'start'; merchant: Merchant }
  /** Somebody pays; `tell`: the merchant is told at its address, and the answer is given. */
  | { kind: 'pay'; provider: Name; number: string; tell: boolean; change?: Partial<Trade> }
  /** A message as it would be sent, signed. */
  | { kind: 'message'; provider: Name; number: string; change?: Partial<Trade> }
  | { kind: 'trade'; provider: Name; number: string }
  /** Its answers are signed with a key that nobody knows. */
  | { kind: 'forge'; isForging: boolean };

export interface Trade {
  number: string;
  amount_minor: number;
  currency: string;
  state: 'open' | 'paid' | 'closed';
  notifyUrl: string;
  paymentId: string;
  appId: string;
}
export interface Message {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const serial = 'PUB_KEY_ID_STANDIN';
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const trades = new Map<string, Trade>();
let merchantKey: KeyObject;
let apiV3Key = '';
let isForging = false;

const rsa = (text: string) =>
  sign('RSA-SHA256', Buffer.from(text), (isForging ? stranger : own).privateKey).toString('base64');
const isOfMerchant = (text: string, signature: string) =>
  verify('RSA-SHA256', Buffer.from(text), merchantKey, Buffer.from(signature, 'base64'));
const yuan = (minor: number) => (minor / 100).toFixed(2);
const keyOf = (provider: Name, number: string) => `${provider} ${number}`;

function wechatHeaders(body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(8).toString('hex');
  return {
    'wechatpay-serial': serial,
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': rsa(`${timestamp}\n${nonce}\n${body}\n`),
    'content-type': 'application/json',
  };
}

function wechatTransaction(trade: Trade) {
  return {
    appid: trade.appId,
    mchid: '1900000001',
    out_trade_no: trade.number,
    transaction_id: trade.paymentId,
    trade_type: 'NATIVE',
    trade_state: { open: 'NOTPAY', paid: 'SUCCESS', closed: 'CLOSED' }[trade.state],
    success_time: `${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`,
    amount: { total: trade.amount_minor, payer_total: trade.amount_minor, currency: trade.currency },
  };
}

function wechatMessage(trade: Trade): Message {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce);
  cipher.setAAD(Buffer.from('transaction'));
  const text = JSON.stringify(wechatTransaction(trade));
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  const body = JSON.stringify({
    id: randomBytes(16).toString('hex'),
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    resource: {
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: sealed.toString('base64'),
      associated_data: 'transaction',
      nonce,
    },
  });
  return { headers: wechatHeaders(body), body };
}

function alipayMessage(trade: Trade): Message {
  const params: Record<string, string> = {
    notify_type: 'trade_status_sync',
    app_id: trade.appId,
    seller_id: '2088000000000001',
    out_trade_no: trade.number,
    trade_no: trade.paymentId,
    trade_status: 'TRADE_SUCCESS',
    total_amount: yuan(trade.amount_minor),
    subject: '校园 餐费 & 充值=1',
    gmt_payment: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
  };
  const text = Object.keys(params)
    .sort()
    .map(key => `${key}=${params[key]}`)
    .join('&');
  const body = new URLSearchParams({ ...params, sign_type: 'RSA2', sign: rsa(text) }).toString();
  return { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body };
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function wechat(request: IncomingMessage, path: string, body: string): Reply {
  const reply = (status: number, content?: object): Reply => {
    const text = content ? JSON.stringify(content) : '';
    return { status, headers: wechatHeaders(text), body: text };
  };
  const fields = new Map(
    [...(request.headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(found => [
      found[1],
      found[2],
    ]),
  );
  const signed = `${request.method}\n${path}\n${fields.get('timestamp')}\n${fields.get('nonce_str')}\n${body}\n`;
  if (!isOfMerchant(signed, fields.get('signature') ?? '')) return reply(401, { code: 'SIGN_ERROR' });
  if (path === '/v3/pay/transactions/native') {
    const { out_trade_no, amount, notify_url, appid } = JSON.parse(body);
    open('wechat', out_trade_no, {
      amount_minor: amount.total,
      currency: amount.currency,
      notifyUrl: notify_url,
      appId: appid,
    });
    return reply(200, { code_url: `weixin://wxpay/bizpayurl?pr=${out_trade_no}` });
  }
  const number = /out-trade-no\/(\w+)/.exec(path)?.[1] ?? '';
  const trade = trades.get(keyOf('wechat', number));
  if (!trade) return reply(404, { code: 'ORDER_NOT_EXIST' });
  if (path.endsWith('/close')) {
    if (trade.state === 'paid') return reply(400, { code: 'ORDERPAID' });
    trade.state = 'closed';
    return reply(204);
  }
  return reply(200, wechatTransaction(trade));
}

function alipay(url: URL, body: string): Reply {
  const { sign: signature = '', ...params } = {
    ...Object.fromEntries(url.searchParams),
    ...Object.fromEntries(new URLSearchParams(body)),
  } as Record<string, string>;
  const text = Object.keys(params)
    .sort()
    .map(key => `${key}=${params[key]}`)
    .join('&');
  const method = params.method ?? '';
  const content = isOfMerchant(text, signature)
    ? alipayAnswer(method, JSON.parse(params.biz_content ?? '{}'), params)
    : { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature' };
  const json = JSON.stringify(content);
  const answer = `{"${method.replaceAll('.', '_')}_response":${json},"sign":"${rsa(json)}"}`;
  return { status: 200, headers: { 'content-type': 'text/html;charset=utf-8' }, body: answer };
}

function alipayAnswer(method: string, content: Record<string, string>, params: Record<string, string>) {
  const ok = { code: '10000', msg: 'Success' };
  const number = content.out_trade_no ?? '';
  if (method === 'alipay.trade.precreate') {
    open('alipay', number, {
      amount_minor: Math.round(Number(content.total_amount) * 100),
      currency: 'CNY',
      notifyUrl: params.notify_url ?? '',
      appId: params.app_id ?? '',
    });
    return { ...ok, out_trade_no: number, qr_code: `https://qr.alipay.com/${number}?a={"b"}` };
  }
  const trade = trades.get(keyOf('alipay', number));
  // Without a scan of the code Alipay has no trade.
  if (!trade || trade.state === 'open') {
    return { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST', sub_msg: '交易不存在' };
  }
  const trade_status = trade.state === 'paid' ? 'TRADE_SUCCESS' : 'TRADE_CLOSED';
  return {
    ...ok,
    out_trade_no: number,
    trade_no: trade.paymentId,
    trade_status,
    total_amount: yuan(trade.amount_minor),
  };
}

function open(provider: Name, number: string, of: Omit<Trade, 'number' | 'state' | 'paymentId'>): void {
  const key = keyOf(provider, number);
  if (trades.has(key)) return;
  trades.set(key, { number, state: 'open', paymentId: `42${randomBytes(8).toString('hex')}`, ...of });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const path = request.url ?? '/';
    const body = Buffer.concat(chunks).toString();
    const url = new URL(path, 'http://stand-in');
    const {
      status,
      headers,
      body: text,
    } = path.startsWith('/gateway.do') ? alipay(url, body) : wechat(request, path, body);
    response.writeHead(status, headers).end(text);
  });
});

async function obey(order: Order): Promise<unknown> {
  if (order.kind === 'start') {
    merchantKey = createPublicKey(order.merchant.publicKey);
    apiV3Key = order.merchant.apiV3Key;
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const publicKey = own.publicKey.export({ type: 'spki', format: 'pem' });
    return { url: `http://127.0.0.1:${port}`, publicKey, serial };
  }
  if (order.kind === 'forge') {
    isForging = order.isForging;
    return {};
  }
  const trade = trades.get(keyOf(order.provider, order.number));
  if (order.kind === 'trade') return trade;
  if (order.kind === 'pay' && trade) trade.state = 'paid';
  const known = trade ?? {
    number: order.number,
    amount_minor: 1,
    currency: 'CNY',
    state: 'paid',
    notifyUrl: '',
    paymentId: '42',
    appId: 'wx1',
  };
  const told: Trade = { ...known, state: 'paid', ...order.change };
  const message = order.provider === 'wechat' ? wechatMessage(told) : alipayMessage(told);
  if (order.kind === 'message' || !order.tell) return message;
  const response = await fetch(told.notifyUrl, { method: 'POST', ...message });
  return { status: response.status, body: await response.text() };
}

process.on('message', (message: { id: number; order: Order }) => {
  obey(message.order).then(
    answer => process.send?.({ id: message.id, answer }),
    (error: Error) => process.send?.({ id: message.id, error: error.message }),
  );
});
