import { defineErrors } from '../protocol/index.js';

export const edgeErrors = defineErrors({
  not_paired: {
    status: 400,
    en: 'This device is not paired: give --central and the one-time code of the console with --pair',
    zh: '本设备尚未配对：请用 --central 指定中心服务，用 --pair 提供控制台中的一次性配对码',
  },
  pairing_refused: {
    status: 403,
    en: 'Central refuses to pair this device: {message} ({code})',
    zh: '中心服务拒绝配对本设备：{message}（{code}）',
  },
  liveness_missing: {
    status: 400,
    en: 'Configuration field liveness.{purpose}.required: the model pack {pack} has no liveness model',
    zh: '配置项 liveness.{purpose}.required：模型包 {pack} 没有活体检测模型',
  },
  screen_address_unusable: {
    status: 503,
    en: 'The screen cannot be served on {address}: {problem}',
    zh: '无法在 {address} 提供屏幕页面：{problem}',
  },
});
