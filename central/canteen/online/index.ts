import { randomBytes } from 'node:crypto';
import type { OnlineProvider } from '../../../protocol/staff/index.js';
import type { CentralConfig } from '../../config.js';
import type { PaymentNeeds } from '../payments.js';
import { createAlipay } from './alipay.js';
import { onlineErrors } from './errors.js';
import { createTopUpOrders } from './orders.js';
import type { ProviderOutside, TopUpProvider } from './provider.js';
import { readPrivateKey, readPublicKey } from './rsa.js';
import { createWechatPay } from './wechat.js';

export { onlineErrors } from './errors.js';
export type { createTopUpOrders } from './orders.js';
export { addTopUpCallbacks, addTopUpOrderRoutes } from './routes.js';

/** Top-ups by phone, with the providers that are configured; without any, none. Errors: `key_unusable`, `callback_url_missing`. */
export function createOnlineTopUps(needs: PaymentNeeds) {
  const { topUps, campus } = needs.config;
  return createTopUpOrders({
    ...needs,
    providers: providersOf(topUps, {
      fetch: (...request) => fetch(...request),
      now: () => needs.clock.now(),
      nonce: () => randomBytes(16).toString('hex'),
    }),
    limits: {
      valid_ms: topUps.validMinutes * 60_000,
      least_minor: topUps.least_minor,
      most_minor: topUps.most_minor,
      description: topUps.description ?? `${campus} 餐费充值`,
    },
  });
}

export function providersOf(
  { wechat, alipay, callbackUrl }: CentralConfig['topUps'],
  outside: ProviderOutside,
): ReadonlyMap<OnlineProvider, TopUpProvider> {
  if ((wechat || alipay) && callbackUrl === undefined) throw onlineErrors.callback_url_missing();
  const providers = new Map<OnlineProvider, TopUpProvider>();
  const notifyUrl = (name: OnlineProvider) =>
    `${(callbackUrl ?? '').replace(/\/$/, '')}/callbacks/top-ups/${name}`;
  if (wechat) {
    const { apiV3Key, privateKeyFile, platformKeyFile, ...rest } = wechat;
    const settings = {
      ...rest,
      apiV3Key: Buffer.from(apiV3Key),
      privateKey: readPrivateKey(privateKeyFile),
      platformKey: readPublicKey(platformKeyFile),
      notifyUrl: notifyUrl('wechat'),
    };
    providers.set('wechat', createWechatPay(settings, outside));
  }
  if (alipay) {
    const { privateKeyFile, publicKeyFile, ...rest } = alipay;
    const settings = {
      ...rest,
      privateKey: readPrivateKey(privateKeyFile),
      publicKey: readPublicKey(publicKeyFile),
      notifyUrl: notifyUrl('alipay'),
    };
    providers.set('alipay', createAlipay(settings, outside));
  }
  return providers;
}
