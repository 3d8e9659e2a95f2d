import { defineErrors } from '../../protocol/index.js';

export const syncErrors = defineErrors({
  central_unreachable: {
    status: 503,
    en: 'Central does not answer: {problem}',
    zh: '无法连接中心服务：{problem}',
  },
  central_answer_invalid: {
    status: 502,
    en: 'Central’s answer to {path} does not follow the protocol: {problem}',
    zh: '中心服务对 {path} 的应答不符合协议：{problem}',
  },
  central_refused: {
    status: 502,
    en: 'Central refused {path}: {message} ({code})',
    zh: '中心服务拒绝 {path}：{message}（{code}）',
  },
  identity_unreadable: {
    status: 500,
    en: 'The identity file {path} cannot be read ({problem}); pair the device again',
    zh: '无法读取身份文件 {path}（{problem}），请重新配对',
  },
});
