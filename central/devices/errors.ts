import { defineErrors } from '../../protocol/index.js';

export const deviceErrors = defineErrors({
  device_not_found: { status: 404, en: 'There is no such device', zh: '设备不存在' },
  place_not_found: {
    status: 400,
    en: 'There is no such access point or till for this kind of device',
    zh: '找不到该类设备对应的通道或收银点',
  },
  wrong_pairing_code: { status: 403, en: 'The pairing code is wrong', zh: '配对码错误' },
  pairing_code_expired: {
    status: 403,
    en: 'The pairing code has expired; make a new one in the console',
    zh: '配对码已过期，请在控制台重新生成',
  },
  wrong_pairing_proof: {
    status: 403,
    en: 'The device does not hold the key it presents',
    zh: '设备未能证明持有所提交的密钥',
  },
  too_many_pairing_attempts: {
    status: 429,
    en: 'Too many wrong pairing codes; try again in {minutes} min',
    zh: '配对码错误次数过多，请 {minutes} 分钟后再试',
  },
  device_unknown: { status: 401, en: 'This device is not paired here', zh: '设备未与本中心配对' },
  device_revoked: { status: 403, en: 'This device was revoked', zh: '设备已被吊销' },
  device_quarantined: {
    status: 403,
    en: 'This device is quarantined: {reason}',
    zh: '设备已被隔离：{reason}',
  },
  wrong_device_kind: { status: 403, en: 'Not for a device of this kind', zh: '此类设备不能使用该接口' },
  clock_skew: {
    status: 401,
    en: "The device's clock is off by more than five minutes; here it is {serverTime}",
    zh: '设备时钟偏差超过五分钟，服务器时间为 {serverTime}',
  },
  request_replayed: { status: 401, en: 'This request was already used', zh: '请求已被使用过' },
  event_unusable: {
    status: 400,
    en: 'The event cannot be used: {field}: {problem}',
    zh: '事件无法使用：{field}：{problem}',
  },
  event_altered: { status: 400, en: 'The event does not match its hash', zh: '事件与其散列不符' },
  chain_broken: {
    status: 409,
    en: 'The event does not continue the chain of this device',
    zh: '事件与设备的事件链不连续',
  },
  sequence_gap: {
    status: 409,
    en: 'Event {expected} is missing before this one',
    zh: '此前缺少第 {expected} 号事件',
  },
});
