import type { waysEn } from './ways-en.js';

export const waysZh: Record<keyof typeof waysEn, string> = {
  ways: '卡与手机',
  waysNone: '无卡、无手机',
  waysHint: '收银台的其他付款方式，无需同意刷脸。',
  cardEnding: '卡 …{ending}',
  phoneKey: '手机',
  addedOn: '{date} 起',
  cardAdd: '添加卡',
  cardNumber: '卡号',
  cardNumberHint: '将卡靠近读卡器，或按收银台读卡器的格式输入卡号。',
  phoneInvite: '邀请手机',
  phoneInvitation: '请用学生手机扫码',
  phoneInvitationHint: '仅限本人使用一次，有效至 {until}。',
  wayRemove: '移除',
  wayRemoveAsk: '确定移除？收银台将在数秒内停止接受。',
};
