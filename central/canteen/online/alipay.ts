import type { KeyObject } from 'node:crypto';
import { formatAmount, parseAmount } from '../../../protocol/index.js';
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
import { chinaTime, fromChinaTime, sendTo } from './send.js';

export interface AlipaySettings {
  readonly gateway: string;
  readonly appId: string;
  /** The account that receives the money; not compared when absent. */
  readonly sellerId?: string;
  readonly privateKey: KeyObject;
  /** Alipay's own. */
  readonly publicKey: KeyObject;
  readonly notifyUrl: string;
}

const name = 'Alipay';
/** Alipay's domestic payments know no other. */
const currency = 'CNY';
const paidStates: ReadonlySet<unknown> = new Set(['TRADE_SUCCESS', 'TRADE_FINISHED']);

type Record_ = Readonly<Record<string, unknown>>;

/** `a=1&b=2` by the order of the names: what is signed. Requests hold nothing that is empty. */
export const signedText = (params: Readonly<Record<string, string>>): string =>
  Object.keys(params)
    .sort()
    .map(key => `${key}=${params[key]}`)
    .join('&');

/**
 * Alipay, open platform 2.0, payment by a QR code that is made beforehand (alipay.trade.precreate). Everything is signed RSA2 over
 * its sorted parameters; an answer over the exact text of its content. https://opendocs.alipay.com/common/02kf5q
 */
export function createAlipay(settings: AlipaySettings, { fetch, now }: ProviderOutside): TopUpProvider {
  const call = async (method: string, content: object): Promise<Record_> => {
    const params: Record<string, string> = {
      app_id: settings.appId,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: chinaTime(now()),
      version: '1.0',
      notify_url: settings.notifyUrl,
      biz_content: JSON.stringify(content),
    };
    const sign = rsaSign(signedText(params), settings.privateKey);
    const { biz_content = '', ...rest } = params;
    const { status, text } = await sendTo(
      fetch,
      name,
      `${settings.gateway}?${new URLSearchParams({ ...rest, sign })}`,
      { method: 'POST', body: new URLSearchParams({ biz_content }) },
    );
    if (status !== 200)
      throw onlineErrors.provider_unavailable({ provider: name, problem: `HTTP ${status}` });
    return verifiedAnswer(text, `${method.replaceAll('.', '_')}_response`);
  };

  const verifiedAnswer = (text: string, key: string): Record_ => {
    const answer = jsonOf(text);
    const content = answer[key] ?? answer.error_response;
    if (typeof content !== 'object' || content === null) throw refused('not understood');
    const signed = textOf(text, answer[key] === undefined ? 'error_response' : key);
    const isAuthentic =
      typeof answer.sign === 'string' &&
      signed !== undefined &&
      rsaIsValid(signed, answer.sign, settings.publicKey);
    if (!isAuthentic) throw notAuthentic('the signature of its answer does not fit');
    return content as Record_;
  };

  const paymentOf = (trade: Record_, paidAt: Date): Payment | undefined => {
    const orderId = orderIdOf(trade.out_trade_no);
    if (!orderId) return undefined;
    const { trade_no, total_amount } = trade;
    if (typeof trade_no !== 'string' || typeof total_amount !== 'string') throw refused('not understood');
    return { orderId, providerId: trade_no, amount_minor: parseAmount(total_amount), currency, paidAt };
  };

  return {
    name: 'alipay',

    async create({ id, amount_minor, description, expiresAt, ...order }: PayOrder) {
      if (order.currency !== currency) throw refused(`pays in ${currency} alone`);
      const answer = await call('alipay.trade.precreate', {
        out_trade_no: tradeNumberOf(id),
        total_amount: formatAmount(amount_minor),
        subject: description,
        time_expire: chinaTime(expiresAt),
      });
      if (answer.code !== '10000' || typeof answer.qr_code !== 'string') throw refusal(answer);
      return { payUrl: answer.qr_code };
    },

    async query(orderId): Promise<PayState> {
      const answer = await call('alipay.trade.query', { out_trade_no: tradeNumberOf(orderId) });
      // Until somebody scans the code, Alipay knows no trade.
      if (answer.sub_code === 'ACQ.TRADE_NOT_EXIST') return { kind: 'unknown' };
      if (answer.code !== '10000') throw refusal(answer);
      if (answer.trade_status === 'TRADE_CLOSED') return { kind: 'closed' };
      if (!paidStates.has(answer.trade_status)) return { kind: 'open' };
      const payment = paymentOf(answer, fromChinaTime(answer.send_pay_date) ?? now());
      return payment ? { kind: 'paid', payment } : { kind: 'unknown' };
    },

    async close(orderId) {
      const answer = await call('alipay.trade.close', { out_trade_no: tradeNumberOf(orderId) });
      if (answer.code !== '10000' && answer.sub_code !== 'ACQ.TRADE_NOT_EXIST') throw refusal(answer);
    },

    readCallback({ body }) {
      const {
        sign = '',
        sign_type,
        ...params
      } = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
      if (sign_type !== 'RSA2' || sign === '') throw notAuthentic('it is not signed');
      if (!rsaIsValid(signedText(params), sign, settings.publicKey)) {
        throw notAuthentic('its signature does not fit');
      }
      if (params.app_id !== settings.appId) throw notAuthentic('it is for another application');
      if (settings.sellerId !== undefined && params.seller_id !== settings.sellerId) {
        throw notAuthentic('it is for another seller');
      }
      // The same message comes again, with these, when money was given back there.
      const isRefund = params.gmt_refund !== undefined || params.refund_fee !== undefined;
      if (isRefund || !paidStates.has(params.trade_status)) return undefined;
      return paymentOf(params, fromChinaTime(params.gmt_payment) ?? now());
    },

    answer: isTaken => ({ status: 200, type: 'text/plain', body: isTaken ? 'success' : 'fail' }),
  };
}

/** The exact text of the object under a key of the outermost object: that is what was signed. */
export function textOf(json: string, key: string): string | undefined {
  let depth = 0;
  let inString = false;
  let start: number | undefined;
  const marker = `"${key}"`;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') {
      if (depth === 1 && start === undefined && json.startsWith(marker, at)) {
        const value = /^\s*:\s*(?=\{)/.exec(json.slice(at + marker.length));
        if (value) {
          start = at + marker.length + value[0].length;
          at = start - 1;
          continue;
        }
      }
      inString = true;
    } else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (start !== undefined && depth === 1) return json.slice(start, at + 1);
    }
  }
  return undefined;
}

const refused = (problem: string) => onlineErrors.provider_refused({ provider: name, problem });
const notAuthentic = (problem: string) => onlineErrors.callback_not_authentic({ provider: name, problem });
const refusal = ({ code, msg, sub_code, sub_msg }: Record_) =>
  refused([code, msg, sub_code, sub_msg].filter(Boolean).join(' '));

function jsonOf(text: string): Record_ {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record_;
  } catch {
    // Reported below.
  }
  throw refused('not understood');
}
