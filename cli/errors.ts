import { defineErrors } from '../protocol/index.js';

export const cliErrors = defineErrors({
  file_not_readable: { status: 400, en: 'Cannot read {path}: {problem}', zh: '无法读取 {path}：{problem}' },
  central_unreachable: {
    status: 503,
    en: 'Central does not answer at {url}: {problem}',
    zh: '无法连接中心服务 {url}：{problem}',
  },
  refused_by_central: {
    status: 400,
    en: 'Central refused: {message} ({code})',
    zh: '中心服务拒绝：{message}（{code}）',
  },
  password_missing: {
    status: 400,
    en: 'Give the password in the environment variable PORTER_PASSWORD',
    zh: '请用环境变量 PORTER_PASSWORD 提供密码',
  },
  port_taken: {
    status: 400,
    en: 'Port {port} is in use; give another with {option}',
    zh: '端口 {port} 已被占用，请用 {option} 指定其他端口',
  },
  child_failed: {
    status: 500,
    en: 'The {name} process did not start; its last lines are in {log}:\n{lines}',
    zh: '{name} 进程未能启动；日志 {log} 的最后几行：\n{lines}',
  },
  not_a_purpose: {
    status: 400,
    en: 'Not a purpose: {text} (door, payment, attendance)',
    zh: '不是有效用途：{text}（door、payment、attendance）',
  },
  ledger_does_not_hold: {
    status: 500,
    en: 'The ledger does not hold: {problem}',
    zh: '账本校验失败：{problem}',
  },
  start_over_needs_pairing: {
    status: 400,
    en: 'Give a new pairing code with --pair: the old identity is put aside with the store',
    zh: '请用 --pair 提供新的配对码：旧身份会与旧文件一并移开',
  },
  doctor_found_problems: { status: 500, en: '{count} checks failed', zh: '{count} 项检查未通过' },
});
