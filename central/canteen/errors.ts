import { defineErrors } from '../../protocol/index.js';

export const canteenErrors = defineErrors({
  person_unknown: { status: 404, en: 'No such person', zh: '查无此人' },
  till_exists: { status: 409, en: 'There is a till called {name} already', zh: '已有名为 {name} 的收银台' },
  wrong_till: { status: 403, en: 'This device is not that till', zh: '设备与收银台不符' },
  wrong_currency: { status: 400, en: 'This campus pays in {currency}', zh: '本校使用的货币为 {currency}' },
  not_a_till: { status: 403, en: 'Only tills take payments', zh: '仅收银台可以收款' },
});
