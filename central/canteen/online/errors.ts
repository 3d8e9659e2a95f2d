import { defineErrors } from '../../../protocol/index.js';

export const onlineErrors = defineErrors({
  provider_off: { status: 404, en: 'Paying by {provider} is not set up', zh: '未启用 {provider} 支付' },
  provider_unavailable: {
    status: 502,
    en: '{provider} does not answer: {problem}',
    zh: '{provider} 无响应：{problem}',
  },
  provider_refused: { status: 502, en: '{provider} refuses: {problem}', zh: '{provider} 拒绝：{problem}' },
  callback_not_authentic: {
    status: 401,
    en: 'This is not from {provider}: {problem}',
    zh: '消息并非来自 {provider}：{problem}',
  },
  callback_url_missing: {
    status: 500,
    en: 'topUps.callbackUrl must say where the providers reach central',
    zh: '须配置 topUps.callbackUrl，供支付平台回调',
  },
  order_unknown: { status: 404, en: 'No such top-up order', zh: '无此充值订单' },
  order_differs: { status: 409, en: 'This order was another one before', zh: '该订单内容与先前不符' },
  amount_outside: {
    status: 400,
    en: 'An amount from {from} to {to} can be paid in',
    zh: '充值金额须在 {from} 至 {to} 之间',
  },
  payment_differs: {
    status: 409,
    en: 'What was paid is not what the order asks for',
    zh: '支付金额或币种与订单不符',
  },
  key_unusable: {
    status: 500,
    en: 'The key {file} cannot be used: {problem}',
    zh: '密钥 {file} 无法使用：{problem}',
  },
});
