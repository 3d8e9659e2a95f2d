import type { cashiersEn } from './cashiers-en.js';

export const cashiersZh: Record<keyof typeof cashiersEn, string> = {
  cashiers: '收银员',
  addCashier: '添加收银员',
  noCashiers: '尚无收银员：任何人填写姓名即可开班。',
  cashierSince: '添加日期',
  cashierPin: '收银密码',
  cashierPinChange: '修改密码',
  cashierPinRule: '六位数字，不能全部相同或连续；连续输错三次锁定十分钟。',
  removeCashier: '移除',
  removeCashierAsk: '移除该收银员？若无收银员，任何人填写姓名即可开班。',
};
