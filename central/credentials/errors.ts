import { defineErrors } from '../../protocol/index.js';

export const waysErrors = defineErrors({
  card_taken: { status: 409, en: 'This card is somebody’s already', zh: '此卡已绑定其他人员' },
  card_not_found: { status: 404, en: 'There is no such card', zh: '卡不存在' },
  too_many_cards: { status: 409, en: 'At most {most} cards a person', zh: '每人最多 {most} 张卡' },
  phone_not_found: { status: 404, en: 'There is no such phone', zh: '手机不存在' },
  too_many_phones: { status: 409, en: 'At most {most} phones a person', zh: '每人最多 {most} 部手机' },
  invitation_invalid: {
    status: 403,
    en: 'This invitation is used up or too old; the canteen’s office gives a new one',
    zh: '邀请已使用或已过期，请到食堂办公室重新获取',
  },
  key_invalid: { status: 400, en: 'The phone’s key cannot be used', zh: '手机密钥不可用' },
  too_many_activations: {
    status: 429,
    en: 'Too many tries; wait {minutes} minutes',
    zh: '尝试次数过多，请等待 {minutes} 分钟',
  },
});
