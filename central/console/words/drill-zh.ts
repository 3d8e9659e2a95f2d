import type { drillEn } from './drill-en.js';

export const drillZh: Readonly<Record<keyof typeof drillEn, string>> = {
  drill: '活体演练',
  drillAt: '活体演练 · {name}',
  drillNote:
    '选择出示的内容并开始，然后反复出示：走近，等待闸机屏幕给出结果，离开一秒。演练期间闸机不为任何人开门，请保留其他通道。',
  drillLimits:
    '比率仅适用于在此处和此光线下出示的内容，并不代表所有攻击。“至多”为 95 % 置信区间上限：次数少则说明不了多少。',
  drillStart: '开始',
  drillEnd: '结束演练',
  drillRunning: '进行中：{kind}，至 {time}',
  drillCounts: '出示 {presented} 次：判为真人 {passed}，拦下 {stopped}，离开过早 {noResponse}',
  drillMinutes: '分钟',
  drillFigure: '指标',
  drillPresentations: '出示次数',
  drillErrors: '错误',
  drillRate: '比率',
  drillAtMost: '至多',
  drillWorst: '最差类别的 APCER：{rate}',
  drillNone: '尚未对此闸机进行演练。',
  drillKind_live: '真人',
  drillKind_print: '照片',
  drillKind_screen: '屏幕',
  drillKind_mask: '面具',
  drillHistory: '演练记录',
  drillBy: '由 {name}',
};
