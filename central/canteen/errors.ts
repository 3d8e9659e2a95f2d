import { defineErrors } from '../../protocol/index.js';

export const canteenErrors = defineErrors({
  person_unknown: { status: 404, en: 'No such person', zh: '查无此人' },
  till_unknown: { status: 404, en: 'No such till', zh: '无此收银台' },
  till_exists: { status: 409, en: 'There is a till called {name} already', zh: '已有名为 {name} 的收银台' },
  canteen_without_till: {
    status: 404,
    en: 'There is no till in a canteen called {canteen}',
    zh: '名为 {canteen} 的食堂没有收银台',
  },
  cashier_unknown: { status: 404, en: 'No such cashier', zh: '无此收银员' },
  cashier_exists: { status: 409, en: '{name} is a cashier here already', zh: '收银员 {name} 已存在' },
  too_many_cashiers: {
    status: 409,
    en: 'A canteen has {most} cashiers at most',
    zh: '每个食堂最多 {most} 名收银员',
  },
  cashier_pin_too_simple: {
    status: 400,
    en: 'Give {length} digits, not all the same and not counting up or down',
    zh: '请输入 {length} 位数字，不能全部相同或连续',
  },
  wrong_till: { status: 403, en: 'This device is not that till', zh: '设备与收银台不符' },
  wrong_currency: { status: 400, en: 'This campus pays in {currency}', zh: '本校使用的货币为 {currency}' },
  not_a_till: { status: 403, en: 'Only tills take payments', zh: '仅收银台可以收款' },
  order_conflict: {
    status: 409,
    en: 'The order {orderId} was something else before',
    zh: '订单 {orderId} 的内容与先前不符',
  },
  order_over: { status: 409, en: 'The order {orderId} is over', zh: '订单 {orderId} 已结束' },
  transfer_unknown: { status: 404, en: 'No such transfer', zh: '无此交易' },
  not_refundable: { status: 409, en: 'Only meals and top-ups are refunded', zh: '仅餐费和充值可以退款' },
  nothing_left: { status: 409, en: 'All of it has been refunded already', zh: '已全部退款' },
  refund_unknown: { status: 404, en: 'No such refund', zh: '无此退款' },
  refund_decided: { status: 409, en: 'This refund was decided already', zh: '该退款已处理' },
  same_person: {
    status: 403,
    en: 'Somebody else than who asked must approve it',
    zh: '须由申请人以外的人员审批',
  },
  ends_before_it_begins: {
    status: 400,
    en: 'The subsidy would end before it begins',
    zh: '补贴的结束时间早于开始时间',
  },
  nobody_meant: { status: 400, en: 'There is nobody like that', zh: '没有符合条件的人员' },
  too_many_people: {
    status: 400,
    en: 'These are more than {limit} people; take a smaller group',
    zh: '人数超过 {limit}，请缩小范围',
  },
  shift_unknown: { status: 404, en: 'No such shift', zh: '无此班次' },
  shift_conflict: {
    status: 409,
    en: 'This shift was reported differently before',
    zh: '该班次先前的上报内容不同',
  },
  canteen_unknown: { status: 404, en: 'There is no canteen {name}', zh: '没有名为 {name} 的食堂' },
  day_not_over: { status: 409, en: 'The day {day} is not over yet', zh: '{day} 尚未结束' },
  tills_missing: {
    status: 409,
    en: 'These tills may still hold meals of that day: {tills}',
    zh: '以下收银台可能仍有当日未上传的记录：{tills}',
  },
  time_zone_unknown: { status: 400, en: 'No such time zone: {timeZone}', zh: '无此时区：{timeZone}' },
  bad_periods: {
    status: 400,
    en: 'Meal periods must have different names and not overlap',
    zh: '餐次名称不能重复，时间不能重叠',
  },
  posting_refused: { status: 409, en: 'The ledger refuses this: {reason}', zh: '账本拒绝此操作：{reason}' },
  menu_item_twice: {
    status: 400,
    en: '{name} stands on the menu twice',
    zh: '菜单中 {name} 重复',
  },
});
