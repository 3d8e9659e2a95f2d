import { createDecipheriv, type KeyObject } from 'node:crypto';
import { onlineErrors } from './errors.js';
import {
  orderIdOf,
  type Payment,
  type PayOrder,
  type PayState,
  type ProviderOutside,
  type TopUpProvider,
  tradeNumberOf,
} from './provider.js';
import { rsaIsValid, rsaSign } from './rsa.js';
import { chinaTime, type ProviderResponse, sendTo } from './send.js';

export interface WechatSettings {
  readonly baseUrl: string;
  readonly appId: string;
  readonly merchantId: string;
  /** Serial number of the merchant's certificate. */
  readonly serial: string;
  readonly privateKey: KeyObject;
  /** 32 bytes. */
  readonly apiV3Key: Buffer;
  /** Id of WeChat Pay's public key, or serial number of its platform certificate. */
  readonly platformSerial: string;
  readonly platformKey: KeyObject;
  readonly notifyUrl: string;
}

const name = 'WeChat Pay';
const scheme = 'WECHATPAY2-SHA256-RSA2048';
/** Messages that were signed longer ago, or later, are refused. */
const clockWindow_s = 300;
const tag_bytes = 16;

type Record_ = Readonly<Record<string, unknown>>;
type Header = (name: string) => string | undefined;

/**
 * WeChat Pay, API v3, native payments (a QR code). Requests are signed over method, path, time, nonce and body; answers and
 * callbacks are verified over time, nonce and body; a callback's content is sealed with AES-256-GCM under the APIv3 key.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012365342
 */
export function createWechatPay(
  settings: WechatSettings,
  { fetch, now, nonce }: ProviderOutside,
): TopUpProvider {
  const { merchantId, appId } = settings;

  const authorization = (method: string, path: string, body: string): string => {
    const timestamp = String(Math.floor(now().getTime() / 1000));
    const nonce_str = nonce();
    const signed = `${method}\n${path}\n${timestamp}\n${nonce_str}\n${body}\n`;
    const signature = rsaSign(signed, settings.privateKey);
    const fields = { mchid: merchantId, nonce_str, signature, timestamp, serial_no: settings.serial };
    return `${scheme} ${Object.entries(fields)
      .map(([key, value]) => `${key}="${value}"`)
      .join(',')}`;
  };

  const verify = (header: Header, body: string): void => {
    const problem = problemOf(header, body);
    if (problem) throw onlineErrors.callback_not_authentic({ provider: name, problem });
  };

  const problemOf = (header: Header, body: string): string | undefined => {
    const timestamp = header('wechatpay-timestamp') ?? '';
    const signature = header('wechatpay-signature') ?? '';
    if (!/^\d{1,12}$/.test(timestamp) || signature === '') return 'it is not signed';
    if (header('wechatpay-serial') !== settings.platformSerial) return 'it is signed with another key';
    if (Math.abs(now().getTime() / 1000 - Number(timestamp)) > clockWindow_s) return 'its time is off';
    const signed = `${timestamp}\n${header('wechatpay-nonce') ?? ''}\n${body}\n`;
    return rsaIsValid(signed, signature, settings.platformKey) ? undefined : 'its signature does not fit';
  };

  const call = async (method: 'GET' | 'POST', path: string, content?: object): Promise<ProviderResponse> => {
    const body = content ? JSON.stringify(content) : '';
    const response = await sendTo(fetch, name, settings.baseUrl + path, {
      method,
      headers: {
        accept: 'application/json',
        authorization: authorization(method, path, body),
        'user-agent': 'porter',
        ...(content ? { 'content-type': 'application/json' } : {}),
      },
      ...(content ? { body } : {}),
    });
    if (response.status >= 200 && response.status < 300) {
      verify(key => response.headers.get(key) ?? undefined, response.text);
    }
    return response;
  };

  /** Of a transaction in an answer or a callback; undefined when it is not of ours. Errors: `provider_refused`. */
  const paymentOf = (transaction: Record_): Payment | undefined => {
    const orderId = orderIdOf(transaction.out_trade_no);
    const { total, currency } = (transaction.amount ?? {}) as Record_;
    const paidAt = new Date(String(transaction.success_time));
    if (transaction.mchid !== merchantId || transaction.appid !== appId || !orderId) return undefined;
    if (typeof transaction.transaction_id !== 'string' || !Number.isSafeInteger(total)) throw malformed();
    if (Number.isNaN(paidAt.getTime())) throw malformed();
    return {
      orderId,
      providerId: transaction.transaction_id,
      amount_minor: Number(total),
      currency: typeof currency === 'string' ? currency : 'CNY',
      paidAt,
    };
  };

  return {
    name: 'wechat',

    async create({ id, amount_minor, currency, description, expiresAt }: PayOrder) {
      const response = await call('POST', '/v3/pay/transactions/native', {
        appid: appId,
        mchid: merchantId,
        description,
        out_trade_no: tradeNumberOf(id),
        time_expire: `${chinaTime(expiresAt).replace(' ', 'T')}+08:00`,
        notify_url: settings.notifyUrl,
        amount: { total: amount_minor, currency },
      });
      const { code_url } = jsonOf(response);
      if (response.status !== 200 || typeof code_url !== 'string') throw refusal(response);
      return { payUrl: code_url };
    },

    async query(orderId): Promise<PayState> {
      const path = `/v3/pay/transactions/out-trade-no/${tradeNumberOf(orderId)}?mchid=${merchantId}`;
      const response = await call('GET', path);
      if (response.status === 404) return { kind: 'unknown' };
      if (response.status !== 200) throw refusal(response);
      return stateOf(jsonOf(response));
    },

    async close(orderId) {
      const path = `/v3/pay/transactions/out-trade-no/${tradeNumberOf(orderId)}/close`;
      const response = await call('POST', path, { mchid: merchantId });
      if (response.status !== 204) throw refusal(response);
    },

    readCallback({ headers, body }) {
      const text = body.toString('utf8');
      verify(key => firstOf(headers[key]), text);
      const { event_type, resource } = jsonText(text);
      if (event_type !== 'TRANSACTION.SUCCESS') return undefined;
      const transaction = jsonText(unseal((resource ?? {}) as Record_, settings.apiV3Key));
      return transaction.trade_state === 'SUCCESS' ? paymentOf(transaction) : undefined;
    },

    answer: isTaken =>
      isTaken
        ? { status: 204, type: 'application/json', body: '' }
        : { status: 500, type: 'application/json', body: '{"code":"FAIL","message":"not taken"}' },
  };

  function stateOf(transaction: Record_): PayState {
    switch (transaction.trade_state) {
      case 'SUCCESS': {
        const payment = paymentOf(transaction);
        return payment ? { kind: 'paid', payment } : { kind: 'unknown' };
      }
      // Given back at the provider: there is nothing to post any more.
      case 'REFUND':
      case 'CLOSED':
      case 'REVOKED':
      case 'PAYERROR':
        return { kind: 'closed' };
      default:
        return { kind: 'open' };
    }
  }
}

/** `resource` of a callback: the ciphertext ends with its tag. Errors: `callback_not_authentic`. */
function unseal(resource: Record_, key: Buffer): string {
  try {
    const sealed = Buffer.from(String(resource.ciphertext), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, String(resource.nonce), {
      authTagLength: tag_bytes,
    });
    decipher.setAAD(Buffer.from(String(resource.associated_data ?? '')));
    decipher.setAuthTag(sealed.subarray(-tag_bytes));
    return Buffer.concat([decipher.update(sealed.subarray(0, -tag_bytes)), decipher.final()]).toString(
      'utf8',
    );
  } catch (cause) {
    throw onlineErrors.callback_not_authentic(
      { provider: name, problem: 'its content does not open' },
      { cause },
    );
  }
}

const malformed = () => onlineErrors.provider_refused({ provider: name, problem: 'not understood' });
const firstOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

function refusal(response: ProviderResponse) {
  const { code, message } = response.status >= 400 ? jsonOf(response) : {};
  const problem = `${response.status} ${[code, message].filter(Boolean).join(' ')}`.trim();
  return onlineErrors.provider_refused({ provider: name, problem });
}

const jsonOf = ({ text }: ProviderResponse): Record_ => (text === '' ? {} : jsonText(text));

function jsonText(text: string): Record_ {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record_;
  } catch {
    // Reported below.
  }
  throw malformed();
}
