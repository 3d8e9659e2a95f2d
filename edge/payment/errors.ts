import { defineErrors } from '../../protocol/index.js';

export const paymentErrors = defineErrors({
  amount_over_limit: {
    status: 400,
    en: 'At most {limit} a meal at this till',
    zh: '本收银台单笔上限为 {limit}',
  },
  order_in_progress: { status: 409, en: 'Another order is in progress', zh: '已有订单正在进行' },
  no_order: { status: 409, en: 'There is no order to confirm', zh: '没有可确认的订单' },
  wrong_order: { status: 409, en: 'The order on the screen is another one', zh: '屏幕上的订单已变更' },
  amount_changed: { status: 409, en: 'The amount on the screen is another one', zh: '屏幕上的金额已变更' },
  not_a_till: { status: 409, en: 'This device is not a till', zh: '本设备不是收银台' },
  not_set_up: {
    status: 503,
    en: 'The till has not heard from central yet',
    zh: '收银台尚未收到中心服务的设置',
  },
  shift_required: { status: 409, en: 'Open a shift first', zh: '请先开班' },
  cashier_missing: {
    status: 400,
    en: 'Give the name of the cashier, at most {longest} characters',
    zh: '请输入收银员姓名，最多 {longest} 个字符',
  },
  cashier_unknown: { status: 403, en: 'That is no cashier of this canteen', zh: '该收银员不属于本食堂' },
  cashier_pin_required: { status: 403, en: 'Give your PIN', zh: '请输入收银密码' },
  refund_too_late: {
    status: 409,
    en: 'A meal can be given back here within {minutes} minutes; later the office does it',
    zh: '仅可在 {minutes} 分钟内于本机退款，之后请到办公室办理',
  },
  no_fixed_price: {
    status: 409,
    en: 'There is no fixed price at this time of day',
    zh: '当前时段没有固定价格',
  },
  digits_malformed: {
    status: 400,
    en: 'Give the last {count} characters of the student number',
    zh: '请输入学号后 {count} 位',
  },
  digits_do_not_match: {
    status: 403,
    en: 'That is not the student number of anybody it could be',
    zh: '学号与可能的人员不符',
  },
  digits_too_often: {
    status: 429,
    en: 'Wrong {tries} times; this order takes another way to pay',
    zh: '已错误 {tries} 次，请换其他方式付款',
  },
  nobody_to_tell_apart: {
    status: 409,
    en: 'There is nobody whose student number is asked for',
    zh: '当前无需输入学号',
  },
  pin_required: { status: 403, en: 'This meal needs your PIN', zh: '本次付款需要输入支付密码' },
  pin_wrong: { status: 403, en: 'That is not your PIN', zh: '支付密码错误' },
  pin_missing: {
    status: 403,
    en: 'You have no PIN; the canteen’s office sets one',
    zh: '您尚未设置支付密码，请到食堂办公室设置',
  },
  pin_locked: {
    status: 429,
    en: 'Wrong too often; try again in {minutes} minutes',
    zh: '错误次数过多，请 {minutes} 分钟后再试',
  },
  credential_not_now: {
    status: 409,
    en: 'Somebody is paying already; cancel to begin anew',
    zh: '已有人正在付款，如需更换请先取消',
  },
  card_unknown: { status: 403, en: 'This card is not known here', zh: '未识别此卡' },
  code_unknown: {
    status: 403,
    en: 'This code is of no phone that is known here',
    zh: '付款码所属手机未登记',
  },
  code_expired: { status: 403, en: 'This code is too old; show the new one', zh: '付款码已过期，请出示新码' },
  code_used: {
    status: 403,
    en: 'This code was used already; show the new one',
    zh: '付款码已使用，请出示新码',
  },
  code_needs_clock: {
    status: 409,
    en: 'The till is not sure of the time and takes no codes now; use a card, the number or the face',
    zh: '收银台时间不可信，暂不能使用付款码，请改用刷卡、学号或刷脸',
  },
  number_or_pin_wrong: {
    status: 403,
    en: 'The student number or the PIN is wrong',
    zh: '学号或支付密码错误',
  },
  number_too_often: {
    status: 429,
    en: 'Wrong {tries} times; this order takes another way to pay',
    zh: '已错误 {tries} 次，请换其他方式付款',
  },
  person_blocked: { status: 403, en: 'This person is blocked', zh: '该人员已被停用' },
  may_not_pay: { status: 403, en: 'This person may not pay here', zh: '该人员无权在此付款' },
});
