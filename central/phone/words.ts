export type Language = 'en' | 'zh';

const en = {
  title: 'Payment code',
  language: '中文',
  invited: 'You have been invited to pay at the canteen with this phone. A key is made that never leaves it.',
  setUp: 'Set up this phone',
  settingUp: 'Setting up…',
  notInvited:
    'This phone is not set up. The canteen’s office gives you an invitation: scan it with this phone.',
  noKeys: 'This browser keeps no keys here. Open the page with https, and not in a private window.',
  once: 'Valid once, for a minute. Do not send it to anybody.',
  hold: 'Hold it to the reader at the till',
  renew: 'New code',
  remove: 'Remove from this phone',
  removeSure: 'Remove now?',
  failed: 'Central did not answer. Try again.',
};
type PhoneWords = typeof en;

const zh: PhoneWords = {
  title: '付款码',
  language: 'English',
  invited: '您已受邀用此手机在食堂付款。密钥将在本机生成，不会离开手机。',
  setUp: '启用此手机',
  settingUp: '正在启用…',
  notInvited: '此手机尚未启用。请到食堂办公室获取邀请，并用本机扫码。',
  noKeys: '此浏览器无法在此保存密钥。请使用 https 打开，且不要使用无痕窗口。',
  once: '一分钟内有效，仅可使用一次，请勿发送给他人。',
  hold: '请将付款码对准收银台扫码器',
  renew: '刷新付款码',
  remove: '从此手机移除',
  removeSure: '确定移除？',
  failed: '中心服务未响应，请重试。',
};

export const words: Readonly<Record<Language, PhoneWords>> = { en, zh };
